import { envoyAiGateway } from "./envoy-ai-gateway.ts";
import { haproxy } from "./haproxy.ts";
import { litellm } from "./litellm.ts";
import { llamaSwap } from "./llama-swap.ts";
import { nginx } from "./nginx.ts";
import type { Router } from "./router.ts";
import type { RouterId } from "./router-id.ts";

const ROUTERS: { readonly [Id in RouterId]: Router<Id> } = {
  litellm,
  haproxy,
  nginx,
  "llama-swap": llamaSwap,
  "envoy-ai-gateway": envoyAiGateway,
};

/** Every router with one sentence, in the order in which they are listed. */
export function listRouters(): readonly { readonly id: RouterId; readonly description: string }[] {
  return Object.values(ROUTERS).map(({ id, description }) => ({ id, description }));
}

/** Whether this is the name of a router. */
export function isRouterId(text: string): text is RouterId {
  return Object.hasOwn(ROUTERS, text);
}

export function routerOf(id: RouterId): Router {
  return ROUTERS[id];
}
