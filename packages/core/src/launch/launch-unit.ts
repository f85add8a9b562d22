import type { EngineServer } from "../deploy/servers/engine-server.ts";
import { serverHosts } from "../deploy/servers/engine-servers.ts";
import type { RenderOptions } from "../deploy/targets/target.ts";
import type { TargetId } from "../deploy/targets/target-id.ts";
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

export interface LaunchedHost {
  readonly host: string;
  readonly options: RenderOptions;
  /** Folder of a target's files in the bundle, "" or with a slash at its end. */
  readonly folderOf: (target: TargetId) => string;
  readonly targetOf: (deployment: PlanDeployment) => TargetId | undefined;
}

/** What a launch starts on a host, in start order. */
export function launchUnits(
  plan: PlanDocument,
  { host, options, folderOf, targetOf }: LaunchedHost,
): readonly LaunchUnit[] {
  const targets = [...new Set(plan.deployments.flatMap((one) => targetOf(one) ?? []))];
  return targets
    .flatMap((target) => {
      const own = plan.deployments.filter((one) => targetOf(one) === target);
      const hosts = serverHosts({ ...plan, deployments: own }, options);
      const mine = hosts.find(({ name }) => name === host);
      const prefix = `${folderOf(target)}${mine?.prefix ?? ""}`;
      return (mine?.servers ?? []).map((server) => unitOf(server, prefix));
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
