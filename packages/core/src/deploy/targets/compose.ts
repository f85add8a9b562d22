import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import { planJson } from "../plan-json.ts";
import type { RenderOptions } from "../render-options.ts";
import { ONE_HOST_RULES } from "../rules.ts";
import { serverEndpoints } from "../servers/endpoints.ts";
import { hostBuilds } from "../servers/engine-builds.ts";
import type { ServerHost } from "../servers/engine-server.ts";
import { serverHosts } from "../servers/engine-servers.ts";
import { modelCheckScript } from "../servers/model-check-script.ts";
import { SERVER_RULES } from "../servers/server-rules.ts";
import { composeFile } from "./compose/compose-file.ts";
import { envFile } from "./compose/env-file.ts";
import { mayBeOther } from "./compose/model-mount.ts";
import { composeReadme } from "./compose/readme.ts";
import { type ComposeRouter, composeRouter } from "./compose/router-files.ts";
import { COMPOSE_RULES } from "./compose/rules.ts";
import type { Target } from "./target.ts";

/** A Compose project a host: a service a replica, pinned to its cards, started in order where they share one. */
export const compose: Target<"compose"> = {
  id: "compose",
  description:
    "Docker Compose: a container a model, pinned to its cards, started in order where they share one",
  rules: [...SERVER_RULES, ...ONE_HOST_RULES, ...COMPOSE_RULES],
  endpoints: (plan, options) => serverEndpoints(serverHosts(plan, options), "compose"),
  keepsRouter: true,
  write,
};

function write(plan: PlanDocument, options: RenderOptions): readonly Artifact[] {
  const hosts = serverHosts(plan, options);
  const router = composeRouter(plan, hosts, options);
  const builds = hostBuilds(plan, options);
  return [
    text("README.md", composeReadme(plan, { hosts, router, builds })),
    text("plan.json", planJson(plan)),
    ...hosts.flatMap((host) => hostFiles(host, router)),
    ...builds.map(({ prefix, script }) => ({
      path: `${prefix}build.sh`,
      text: script,
      isExecutable: true,
    })),
    ...(router?.files ?? []),
  ];
}

function hostFiles(host: ServerHost, router: ComposeRouter | undefined): readonly Artifact[] {
  const { prefix, servers } = host;
  const check = modelCheckScript(servers, mayBeOther);
  return [
    text(`${prefix}compose.yaml`, composeFile(host, router?.service)),
    text(`${prefix}.env`, envFile(host, router?.runs === "beside" && router.hasVariables)),
    ...servers.flatMap(({ files }) =>
      files.map((file) => text(`${prefix}${file.path}`, file.text)),
    ),
    ...(check === undefined
      ? []
      : [{ path: `${prefix}check-models.sh`, text: check, isExecutable: true }]),
  ];
}

function text(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: false };
}
