import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import { planJson } from "../plan-json.ts";
import type { RenderOptions } from "../render-options.ts";
import { ONE_HOST_RULES } from "../rules.ts";
import { serverEndpoints } from "../servers/endpoints.ts";
import { hostBuilds } from "../servers/engine-builds.ts";
import type { ServerHost } from "../servers/engine-server.ts";
import { serverHosts } from "../servers/engine-servers.ts";
import { SERVER_RULES } from "../servers/server-rules.ts";
import { startScript } from "../servers/start-script.ts";
import { environmentFile } from "./systemd/environment-file.ts";
import { systemdReadme } from "./systemd/readme.ts";
import { systemdRouter } from "./systemd/router-files.ts";
import { INSTALL_SCRIPT, WAIT_SCRIPT } from "./systemd/scripts.ts";
import { serviceUnit, targetUnit, unitName } from "./systemd/units.ts";
import type { Target } from "./target.ts";

/** systemd units: a service a replica, started in order where they share a card. */
export const systemd: Target<"systemd"> = {
  id: "systemd",
  description: "systemd: a service a model, ready before the next on its cards starts",
  rules: [...SERVER_RULES, ...ONE_HOST_RULES],
  endpoints: (plan, options) => serverEndpoints(serverHosts(plan, options), "systemd"),
  keepsRouter: true,
  write,
};

function write(plan: PlanDocument, options: RenderOptions): readonly Artifact[] {
  const hosts = serverHosts(plan, options);
  const router = systemdRouter(plan, hosts, options);
  const builds = hostBuilds(plan, options);
  return [
    text("README.md", systemdReadme(plan, { hosts, router, builds })),
    text("plan.json", planJson(plan)),
    ...hosts.flatMap((host) => hostFiles(host, router !== undefined && hosts.length === 1)),
    ...builds.map(({ prefix, script: build }) => script(`${prefix}build.sh`, build)),
    ...(router?.files ?? []),
  ];
}

function hostFiles(host: ServerHost, hasRouter: boolean): readonly Artifact[] {
  const { prefix, servers } = host;
  return [
    script(`${prefix}install.sh`, INSTALL_SCRIPT),
    script(`${prefix}wait-ready.sh`, WAIT_SCRIPT),
    text(`${prefix}berth.env`, environmentFile(host)),
    text(`${prefix}units/berth.target`, targetUnit(host, hasRouter)),
    ...servers.flatMap((server) => [
      text(`${prefix}units/${unitName(server.file)}`, serviceUnit(server)),
      script(`${prefix}start/${server.file}.sh`, startScript(server, server.nodes[0])),
      ...server.files.map((file) => text(`${prefix}${file.path}`, file.text)),
    ]),
  ];
}

function text(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: false };
}

function script(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: true };
}
