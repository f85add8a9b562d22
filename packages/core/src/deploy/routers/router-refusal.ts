import { visible } from "../text/visible.ts";
import type { RouterId } from "./router-id.ts";

/** Why a router can't be put in front of a bundle's servers, with what the decision was made on. */
export type RouterRefusalReason =
  | { readonly code: "no-endpoints" }
  | { readonly code: "not-openai"; readonly model: string; readonly router: RouterId }
  | { readonly code: "name-not-routed"; readonly name: string; readonly why: string }
  | { readonly code: "alias-without-model"; readonly alias: string; readonly model: string }
  | { readonly code: "alias-taken"; readonly alias: string }
  | {
      readonly code: "alias-not-rewritten";
      readonly model: string;
      readonly alias: string;
      readonly router: RouterId;
    }
  | { readonly code: "port-twice"; readonly host: string; readonly port: number };

export interface RouterRefusal {
  readonly reason: RouterRefusalReason;
  /** One sentence for people. */
  readonly text: string;
}

export function routerRefusal(reason: RouterRefusalReason): RouterRefusal {
  const text = TEXTS[reason.code] as (reason: RouterRefusalReason) => string;
  return { reason, text: text(reason) };
}

type TextOf = {
  readonly [Code in RouterRefusalReason["code"]]: (
    reason: Extract<RouterRefusalReason, { readonly code: Code }>,
  ) => string;
};

const TEXTS: TextOf = {
  "no-endpoints": () => "this target starts no servers at addresses that a router could be told",
  "not-openai": ({ model, router }) =>
    `${visible(model)}: Triton takes generate requests of its own, and ${router} forwards OpenAI's as they are; ` +
    "the router litellm translates them, and trtllm-serve takes OpenAI's for models planned for tensorrt-llm",
  "name-not-routed": ({ name, why }) => `the name ${visible(name)} can't be routed: ${why}`,
  "alias-without-model": ({ alias, model }) =>
    `the alias ${visible(alias)} is for ${visible(model)}, and no such model is served`,
  "alias-taken": ({ alias }) => `the alias ${visible(alias)} is a model's own name, or given twice`,
  "alias-not-rewritten": ({ model, alias, router }) =>
    `${visible(model)}: its server answers to that name only, and ${router} forwards a request for ${visible(alias)} as it is; ` +
    "use the router nginx or litellm",
  "port-twice": ({ host, port }) => `two servers of ${visible(host)} would listen on port ${port}`,
};
