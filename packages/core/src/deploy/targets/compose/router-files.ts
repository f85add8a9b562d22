import type { PlanDocument } from "../../../documents/plan-document.ts";
import type { Artifact } from "../../artifact.ts";
import { uniqueNames } from "../../names.ts";
import type { RenderOptions } from "../../render-options.ts";
import { routerOf } from "../../routers/registry.ts";
import { type Route, routeOf } from "../../routers/route.ts";
import type { RouterId } from "../../routers/router-id.ts";
import { serverEndpoints } from "../../servers/endpoints.ts";
import type { ServerHost } from "../../servers/engine-server.ts";
import { yamlText } from "../../text/yaml.ts";
import { type RouterService, routerService } from "./router-service.ts";

/** How a Compose bundle runs its router. */
export interface ComposeRouter {
  readonly id: RouterId;
  readonly route: Route;
  /** In the host's own compose.yaml, where there is one host. */
  readonly service?: RouterService;
  /** Files below router/ that are Compose's. */
  readonly files: readonly Artifact[];
  /** Variables say where it listens. */
  readonly hasVariables: boolean;
  /** "no-service": by start.sh only. */
  readonly runs: "beside" | "alone" | "no-service";
}

/** Undefined where no router was asked for. */
export function composeRouter(
  plan: PlanDocument,
  hosts: readonly ServerHost[],
  { router }: RenderOptions,
): ComposeRouter | undefined {
  if (router === undefined) {
    return undefined;
  }
  const { id, aliases = [] } = router;
  const route = routeOf(plan, serverEndpoints(hosts, "compose"), aliases);
  const names = hosts.flatMap(({ servers }) => servers.map(({ file }) => file));
  return hosts.length === 1 ? beside(id, route, names) : alone(id, route);
}

/** Its name is one that no model has. */
function beside(id: RouterId, route: Route, servers: readonly string[]): ComposeRouter {
  const value = routerService(id, route, { source: "./router", after: servers });
  const [name = "router"] = uniqueNames(["router"], servers);
  const filled = routerOf(id).container?.withoutShell?.files(route) ?? [];
  return value === undefined
    ? notRun(id, route)
    : {
        id,
        route,
        hasVariables: routerOf(id).container?.withoutShell === undefined,
        service: { name, value },
        files: filled.map((file) => ({ ...file, path: `router/${file.path}` })),
        runs: "beside",
      };
}

/** A project of its own, for the host that is to have the endpoint. */
function alone(id: RouterId, route: Route): ComposeRouter {
  const value = routerService(id, route, { source: ".", after: [] });
  if (value === undefined) {
    return notRun(id, route);
  }
  const text = yamlText({ value: { services: { router: value } } });
  return {
    id,
    route,
    hasVariables: true,
    files: [
      { path: "router/compose.yaml", text, isExecutable: false },
      { path: "router/.env", text: "COMPOSE_PROJECT_NAME=berth-router\n", isExecutable: false },
    ],
    runs: "alone",
  };
}

function notRun(id: RouterId, route: Route): ComposeRouter {
  return { id, route, hasVariables: false, files: [], runs: "no-service" };
}
