import type { PlanDocument } from "../../../documents/plan-document.ts";
import type { Artifact } from "../../artifact.ts";
import type { RenderOptions } from "../../render-options.ts";
import { routerOf } from "../../routers/registry.ts";
import { type Route, routeOf } from "../../routers/route.ts";
import { ROUTER_PORT, type RouterStart, RUN_FOLDER_VARIABLE } from "../../routers/start-script.ts";
import { serverEndpoints } from "../../servers/endpoints.ts";
import type { ServerHost } from "../../servers/engine-server.ts";
import { ROUTER_INSTALL_SCRIPT } from "./scripts.ts";
import { FOLDER, ROUTER_ENVIRONMENT_FILE, ROUTER_UNIT, unit, unitName } from "./units.ts";

/** What systemd keeps of a router. */
export interface SystemdRouter {
  readonly route: Route;
  readonly program: string;
  readonly files: readonly Artifact[];
}

/** Undefined where no router was asked for. */
export function systemdRouter(
  plan: PlanDocument,
  hosts: readonly ServerHost[],
  { router }: RenderOptions,
): SystemdRouter | undefined {
  if (router === undefined) {
    return undefined;
  }
  const route = routeOf(plan, serverEndpoints(hosts, "systemd"), router.aliases ?? []);
  const start = routerOf(router.id).start(route);
  // On another host than theirs, there is nothing of them to wait for.
  const servers = hosts.length === 1 ? hosts.flatMap((host) => host.servers) : [];
  return {
    route,
    program: start.program,
    files: [
      { path: "router/install.sh", text: ROUTER_INSTALL_SCRIPT, isExecutable: true },
      { path: "router/router.env", text: environmentFile(route, start), isExecutable: false },
      {
        path: `router/${ROUTER_UNIT}`,
        text: routerUnit(
          start,
          servers.map(({ file }) => unitName(file)),
        ),
        isExecutable: false,
      },
    ],
  };
}

/** It needs no rights of its own, and starts after the servers of its host, whether they start or not. */
function routerUnit({ program, healthPath }: RouterStart, servers: readonly string[]): string {
  const isBeside = servers.length > 0;
  return unit({
    Unit: [
      `Description=One OpenAI endpoint (${program})`,
      `After=${["network-online.target", ...servers].join(" ")}`,
      "Wants=network-online.target",
      ...(isBeside ? ["PartOf=berth.target"] : []),
    ],
    Service: [
      "Type=exec",
      "DynamicUser=yes",
      "RuntimeDirectory=berth-router",
      `Environment=${RUN_FOLDER_VARIABLE}=%t/berth-router HOME=%t/berth-router`,
      `EnvironmentFile=-${ROUTER_ENVIRONMENT_FILE}`,
      `ExecStart=/bin/sh ${FOLDER}/router/start.sh`,
      ...(healthPath === undefined ? [] : [`ExecStartPost=/bin/sh -c '${waits(healthPath)}'`]),
      "TimeoutStartSec=120",
      "Restart=always",
      "RestartSec=2",
      "KillMode=mixed",
    ],
    Install: [`WantedBy=${isBeside ? "berth.target" : "multi-user.target"}`],
  });
}

/** Two dollar signs are one to systemd. */
function waits(path: string): string {
  const url = `http://$\${BERTH_ROUTER_HOST:-127.0.0.1}:$\${BERTH_ROUTER_PORT:-${ROUTER_PORT}}${path}`;
  return `until curl -fsS -o /dev/null --max-time 5 "${url}" 2>/dev/null; do sleep 1; done`;
}

/** Comments only, no secret. */
function environmentFile({ hosts }: Route, { variables }: RouterStart): string {
  const own = variables.filter(([name]) => name !== RUN_FOLDER_VARIABLE);
  return [
    "# Read by the router's service; NAME=value, a line each. Only root may read it: keys belong here.",
    ...hosts.flatMap(({ variable, address }) => [
      "# Address of a host of the plan.",
      `# ${variable}=${address ?? ""}`,
    ]),
    ...own.flatMap(([name, meaning]) => [`# ${meaning}`, `# ${name}=`]),
    "# Where the program is installed, if not in the usual folders.",
    "# PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "",
  ].join("\n");
}
