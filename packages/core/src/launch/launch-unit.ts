import type { RenderOptions } from "../deploy/render-options.ts";
import type { EngineServer } from "../deploy/servers/engine-server.ts";
import { serverHosts } from "../deploy/servers/engine-servers.ts";
import type { PlanDeployment, PlanDocument } from "../documents/plan-document.ts";

/** One server of this host that a launch starts as a process of its own. */
export interface LaunchUnit {
  /** Its name among the files of the bundle; no two servers have the same. */
  readonly name: string;
  readonly deployment: PlanDeployment;
  /** The script that runs it in the foreground, by its path in the bundle. */
  readonly script: string;
  readonly port: number;
  /** Answers with 200 once the model is loaded and its KV cache is there. */
  readonly readyPath: string;
  /** Metrics in Prometheus' format; absent where the engine has none there. */
  readonly metricsPath?: string;
}

/** What one target starts of a plan. */
export interface LaunchPart {
  /** Only what the target starts. */
  readonly plan: PlanDocument;
  readonly options: RenderOptions;
  /** Folder of the target's files in the bundle, "" or with a slash at its end. */
  readonly prefix: string;
}

/** What a launch starts on a host, in start order. */
export function launchUnits(parts: readonly LaunchPart[], host: string): readonly LaunchUnit[] {
  return parts
    .flatMap(({ plan, options, prefix }) => {
      const mine = serverHosts(plan, options).find(({ name }) => name === host);
      return (mine?.servers ?? []).map((server) =>
        unitOf(server, `${prefix}${mine?.prefix ?? ""}`),
      );
    })
    .sort((a, b) => a.deployment.startOrder - b.deployment.startOrder);
}

function unitOf(server: EngineServer, prefix: string): LaunchUnit {
  const { file, deployment, port, readyPath, metricsPath } = server;
  return {
    name: file,
    deployment,
    script: `${prefix}start/${file}.sh`,
    port,
    readyPath,
    ...(metricsPath === undefined ? {} : { metricsPath }),
  };
}
