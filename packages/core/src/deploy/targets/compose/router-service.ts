import { routerOf } from "../../routers/registry.ts";
import type { Route } from "../../routers/route.ts";
import { ROUTER_FOLDER } from "../../routers/router-container.ts";
import type { RouterId } from "../../routers/router-id.ts";
import { ROUTER_PORT, RUN_FOLDER_VARIABLE } from "../../routers/start-script.ts";

/** A service of a compose.yaml. */
export interface RouterService {
  readonly name: string;
  readonly value: object;
}

/**
 * The service of this router, mounted from `source`, on the host's network, where it finds the servers' ports as
 * start.sh would; it starts once all services of `after` are healthy. Undefined where the router runs in no
 * container, or can't be told other hosts' addresses there.
 */
export function routerService(
  id: RouterId,
  route: Route,
  { source, after }: { readonly source: string; readonly after: readonly string[] },
): object | undefined {
  const router = routerOf(id);
  const { container } = router;
  const isTold = container?.withoutShell === undefined || route.hosts.length === 0;
  if (container === undefined || !isTold) {
    return undefined;
  }
  const { image, user, isReadOnly, healthCheck, withoutShell } = container;
  return {
    image,
    entrypoint: withoutShell?.command ?? ["/bin/sh", `${ROUTER_FOLDER}/start.sh`],
    ...(user === undefined ? {} : { user }),
    ...(withoutShell === undefined ? { environment: environment(id, route) } : {}),
    network_mode: "host",
    volumes: [{ type: "bind", source, target: ROUTER_FOLDER, read_only: true }],
    ...(isReadOnly ? { read_only: true, tmpfs: ["/tmp"], cap_drop: ["ALL"] } : {}),
    security_opt: ["no-new-privileges:true"],
    restart: "unless-stopped",
    healthcheck: {
      test: ["CMD", ...healthCheck(URL)],
      interval: "10s",
      timeout: "10s",
      retries: 3,
      start_period: "60s",
    },
    ...(after.length === 0 ? {} : { depends_on: dependencies(after) }),
  };
}

const URL = `http://\${BERTH_ROUTER_HOST:-127.0.0.1}:\${BERTH_ROUTER_PORT:-${ROUTER_PORT}}`;

/** Every variable of start.sh as it stands in the environment of Compose, keys among them. */
function environment(id: RouterId, route: Route): object {
  const own = routerOf(id)
    .start(route)
    .variables.map(([name]) => name)
    .filter((name) => name !== RUN_FOLDER_VARIABLE);
  const names = [...route.hosts.map(({ variable }) => variable), ...own];
  return {
    ...Object.fromEntries(names.map((name) => [name, null])),
    [RUN_FOLDER_VARIABLE]: "/tmp/berth",
  };
}

function dependencies(services: readonly string[]): object {
  return Object.fromEntries(services.map((name) => [name, { condition: "service_healthy" }]));
}
