import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import type { Endpoint } from "../endpoint.ts";
import { routerOf } from "./registry.ts";
import { routeOf } from "./route.ts";
import type { Alias, RouterChoice } from "./router-choice.ts";
import { type RouterRefusal, type RouterRefusalReason, routerRefusal } from "./router-refusal.ts";
import { everyName } from "./rules.ts";
import { ROUTER_PORT } from "./start-script.ts";

/** A request names a model. */
const namesAreSaid = everyName((name) => name === "", "a request can't ask for it");

export type RouterResult =
  | { readonly ok: true; readonly artifacts: readonly Artifact[] }
  | { readonly ok: false; readonly refusals: readonly RouterRefusal[] };

/** The files of a router in front of these servers, below `router/`; or every reason why it can't route them. */
export function renderRouter(
  plan: PlanDocument,
  endpoints: readonly Endpoint[],
  { id, aliases = [] }: RouterChoice,
): RouterResult {
  const route = routeOf(plan, endpoints, aliases);
  const router = routerOf(id);
  const reasons = [
    ...(endpoints.length === 0 ? [{ code: "no-endpoints" } as const] : []),
    ...aliasReasons(aliases, endpoints),
    ...portReasons(endpoints),
    ...[namesAreSaid, ...router.rules].flatMap((rule) => rule(route)),
  ];
  if (reasons.length > 0) {
    return { ok: false, refusals: reasons.map(routerRefusal) };
  }
  const artifacts = router.write(route).map((file) => inFolder(file));
  return { ok: true, artifacts };
}

function inFolder(file: Artifact): Artifact {
  return { ...file, path: `router/${file.path}` };
}

/** Each alias names a model that is served, and nothing else has its name. */
function aliasReasons(
  aliases: readonly Alias[],
  endpoints: readonly Endpoint[],
): readonly RouterRefusalReason[] {
  const models = new Set(endpoints.map(({ deployments }) => deployments[0].model));
  return aliases.flatMap(({ name, model }, at): readonly RouterRefusalReason[] => {
    if (!models.has(model)) {
      return [{ code: "alias-without-model", alias: name, model }];
    }
    const isTaken = models.has(name) || aliases.findIndex((other) => other.name === name) < at;
    return isTaken ? [{ code: "alias-taken", alias: name }] : [];
  });
}

function portReasons(endpoints: readonly Endpoint[]): readonly RouterRefusalReason[] {
  const keys = endpoints
    .filter(({ api }) => api === "openai")
    .map(({ host, port }) => JSON.stringify([host, port]));
  const twice = endpoints.find(
    ({ host, port }) => keys.filter((key) => key === JSON.stringify([host, port])).length > 1,
  );
  return [
    ...(twice === undefined
      ? []
      : [{ code: "port-twice", host: twice.host, port: twice.port } as const]),
    ...endpoints
      .filter(({ port }) => port === ROUTER_PORT)
      .map(({ host, port }) => ({ code: "router-port", host, port }) as const),
  ];
}
