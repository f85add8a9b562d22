import type { Endpoint, Keeper } from "../endpoint.ts";
import { visible } from "../text/visible.ts";
import type { RouterId } from "./router-id.ts";

/** Why a router can't be put in front of a bundle's servers, with what the decision was made on. */
export type RouterRefusalReason =
  | { readonly code: "no-endpoints" }
  | {
      readonly code: "not-openai";
      readonly models: readonly string[];
      readonly api: Endpoint["api"];
      readonly router: RouterId;
    }
  | { readonly code: "several-hosts"; readonly router: RouterId }
  | {
      readonly code: "several-servers";
      readonly model: string;
      readonly count: number;
      readonly router: RouterId;
    }
  | { readonly code: "starts-twice"; readonly by: Keeper; readonly router: RouterId }
  | { readonly code: "no-script"; readonly model: string; readonly router: RouterId }
  | { readonly code: "name-not-routed"; readonly name: string; readonly why: string }
  | { readonly code: "alias-without-model"; readonly alias: string; readonly model: string }
  | { readonly code: "alias-taken"; readonly alias: string }
  | {
      readonly code: "alias-not-rewritten";
      readonly model: string;
      readonly alias: string;
      readonly router: RouterId;
    }
  | { readonly code: "router-port" | "port-twice"; readonly host: string; readonly port: number };

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
  "no-endpoints": () =>
    "no server of this target has an address before it is started, so no router can be told one: kubernetes, dynamo and ray-serve bring an endpoint of their own (leave the router out)",
  "not-openai": ({ models, api, router }) =>
    `${models.map(visible).join(", ")}: Triton takes generate requests of its own, and ${router} sends OpenAI's; ` +
    `${api === "triton-ensemble" ? "the router litellm translates them, and " : ""}` +
    "models planned for tensorrt-llm take OpenAI's with the target trtllm-serve",
  "several-hosts": ({ router }) =>
    `${router} starts servers on its own host only, and the plan has several; use haproxy, nginx or litellm`,
  "several-servers": ({ model, count, router }) =>
    `${visible(model)} has ${count} servers, and ${router} has one for a model; use haproxy, nginx or litellm`,
  "starts-twice": ({ by, router }) =>
    `${router} starts the servers itself, when they are asked for, and ${KEEPERS[by]} would start them as well; ` +
    "use the target scripts, or the router haproxy, nginx or litellm",
  "no-script": ({ model, router }) =>
    `${visible(model)}: ${router} starts a model by a script of its own, and this target has none for it; use the target scripts, or the router haproxy, nginx or litellm`,
  "name-not-routed": ({ name, why }) => `the name ${visible(name)} can't be routed: ${why}`,
  "alias-without-model": ({ alias, model }) =>
    `the alias ${visible(alias)} is for ${visible(model)}, and no such model is served`,
  "alias-taken": ({ alias }) => `the alias ${visible(alias)} is a model's own name, or given twice`,
  "alias-not-rewritten": ({ model, alias, router }) =>
    `${visible(model)}: its server answers to that name only, and ${router} forwards a request for ${visible(alias)} as it is; ` +
    "use the router nginx or litellm",
  "router-port": ({ host, port }) =>
    `a server of ${visible(host)} would listen on port ${port}, where the endpoint does; choose another --first-port`,
  "port-twice": ({ host, port }) => `two servers of ${visible(host)} would listen on port ${port}`,
};

const KEEPERS: Readonly<Record<Keeper, string>> = {
  compose: "Docker Compose",
  systemd: "systemd",
  slurm: "Slurm",
};
