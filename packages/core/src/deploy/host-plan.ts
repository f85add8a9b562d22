import type { PlanDeployment, PlanDocument, PlanGpu } from "../documents/plan-document.ts";
import { slugs } from "./names.ts";

/** What one host runs, in its order of starts. */
export interface HostPlan {
  readonly name: string;
  /** Cards in the host, planned or not. */
  readonly gpuCount: number;
  /** Those of them that the plan lists. */
  readonly gpus: readonly PlanGpu[];
  /** Folder of the host's files: "" with one host, else "hosts/NAME/". */
  readonly prefix: string;
  readonly deployments: readonly HostedDeployment[];
}

export interface HostedDeployment {
  readonly deployment: PlanDeployment;
  /** Its cards, one a rank. */
  readonly gpus: readonly PlanGpu[];
}

/**
 * The plan host by host, hosts in the plan's order; a host without engines is left out, an engine
 * over several hosts stands on each of them.
 */
export function hostPlans(plan: PlanDocument): readonly HostPlan[] {
  const hosted = plan.deployments.map((deployment) => ({
    deployment,
    gpus: gpusOf(plan, deployment),
  }));
  const runsOn =
    (name: string) =>
    ({ gpus }: HostedDeployment) =>
      gpus.some(({ host }) => host === name);
  const names = plan.hosts.map(({ name }) => name).filter((name) => hosted.some(runsOn(name)));
  const folders = slugs(names, (name) => name);
  return names.map((name) => ({
    name,
    gpuCount: gpuCount(plan, name),
    gpus: plan.gpus.filter(({ host }) => host === name),
    prefix: names.length === 1 ? "" : `hosts/${folders.get(name) ?? ""}/`,
    deployments: hosted.filter(runsOn(name)).sort(byStart),
  }));
}

/** The cards of a deployment, one a rank; cards that the plan does not list are left out. */
export function gpusOf(plan: PlanDocument, deployment: PlanDeployment): readonly PlanGpu[] {
  return deployment.gpus.flatMap((id) => plan.gpus.find((gpu) => gpu.id === id) ?? []);
}

/** Cards of each host, hosts and cards in the order of ranks. */
export function cardsByHost(gpus: readonly PlanGpu[]): readonly (readonly PlanGpu[])[] {
  const hosts = [...new Set(gpus.map(({ host }) => host))];
  return hosts.map((name) => gpus.filter(({ host }) => host === name));
}

/** At least what the host says, and never fewer than its highest index needs. */
function gpuCount(plan: PlanDocument, name: string): number {
  const said = plan.hosts.find((host) => host.name === name)?.gpuCount ?? 0;
  const seen = plan.gpus.filter(({ host }) => host === name).map(({ index }) => index + 1);
  return Math.max(said, ...seen);
}

function byStart(left: HostedDeployment, right: HostedDeployment): number {
  return left.deployment.startOrder - right.deployment.startOrder;
}
