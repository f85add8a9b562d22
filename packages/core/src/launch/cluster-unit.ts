import type { EngineServer } from "../deploy/servers/engine-server.ts";
import { plannedWorkloads } from "../deploy/targets/kubernetes/planned-workloads.ts";
import { type Job, slurmJobs } from "../deploy/targets/slurm/jobs.ts";
import type { PlanDeployment } from "../documents/plan-document.ts";
import { type FilesNeeded, filesNeeded } from "./files-needed.ts";
import type { LaunchPart } from "./launch-part.ts";

/** What a cluster keeps running as one thing: a workload or a job. */
export interface ClusterUnit {
  /** The name that the cluster knows it by. */
  readonly name: string;
  /** In start order. */
  readonly engines: readonly [ClusterEngine, ...ClusterEngine[]];
}

/** One engine of such a unit: a replica of the plan, and how it is asked whether it is ready. */
export interface ClusterEngine {
  /** Its name in files. */
  readonly name: string;
  readonly deployment: PlanDeployment;
  readonly port: number;
  readonly readyPath: string;
  /** Absent where the plan says where the files are. */
  readonly needs?: FilesNeeded;
}

export interface KubeUnit extends ClusterUnit {
  readonly kind: "Deployment" | "StatefulSet" | "LeaderWorkerSet";
}

/** What a cluster keeps running, whichever starts it. */
export type ClusterTarget = "kubernetes" | "slurm";

/** Whether a target is handed to a cluster instead of started here. */
export function isClusterTarget(target: string | undefined): target is ClusterTarget {
  return target === "kubernetes" || target === "slurm";
}

/** The workloads of a bundle for Kubernetes, in start order. */
export function kubeUnits({ plan, options }: LaunchPart): readonly KubeUnit[] {
  return plannedWorkloads(plan, options).all.map(({ name, kind, servers }) => ({
    name,
    kind,
    engines: enginesOf(plan.deployments, servers),
  }));
}

/** The jobs of a bundle for Slurm, in order of their first starts; each has the folder jobs/NAME. */
export function slurmUnits({ plan, options }: LaunchPart): readonly ClusterUnit[] {
  return slurmJobs(plan, options).map(({ name, servers }) => ({
    name,
    // a job has the environment that it is submitted from
    engines: enginesOf(plan.deployments, withNeeds(servers)),
  }));
}

function withNeeds([first, ...others]: Job["servers"]): readonly [Server, ...Server[]] {
  const withOwn = (server: EngineServer): Server => ({ ...server, ...filesNeeded(server) });
  return [withOwn(first), ...others.map(withOwn)];
}

interface Server extends Omit<ClusterEngine, "name"> {
  readonly file: string;
}

function enginesOf(
  planned: readonly PlanDeployment[],
  [first, ...others]: readonly [Server, ...Server[]],
): ClusterUnit["engines"] {
  return [engineOf(planned, first), ...others.map((server) => engineOf(planned, server))];
}

/** Under caps a server's deployment is told other shares than the plan's own, which is what it is compared with. */
function engineOf(
  planned: readonly PlanDeployment[],
  { file, deployment, port, readyPath, needs }: Server,
): ClusterEngine {
  const own = planned.find(
    ({ model, replica }) => model === deployment.model && replica === deployment.replica,
  );
  return {
    name: file,
    deployment: own ?? deployment,
    port,
    readyPath,
    ...(needs === undefined ? {} : { needs }),
  };
}
