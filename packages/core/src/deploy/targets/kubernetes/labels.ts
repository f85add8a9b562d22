import type { KubeObject } from "../../kube/object.ts";
import { hash } from "../../names.ts";
import type { Workload } from "./workloads.ts";

/** What every object of a workload has, and what its pods are found by. */
export function labelsOf({ name, modelName }: Workload): Readonly<Record<string, string>> {
  return {
    "app.kubernetes.io/name": modelName,
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/component": "engine",
    "app.kubernetes.io/managed-by": "berth",
  };
}

/** Pods that take requests: all, but for those that only compute for a leader. */
export function podLabels(workload: Workload): Readonly<Record<string, string>> {
  return { ...labelsOf(workload), "berth/pool": poolName(workload) };
}

/** Replicas of one model that each serve as much are one pool: requests a second in thousandths, else sequences. */
export function poolName({ modelName, servers: [{ deployment }] }: Workload): string {
  const { serves, concurrentSequences } = deployment;
  return serves === undefined
    ? `${modelName}-${concurrentSequences}`
    : `${modelName}-${thousandths(serves.mostRequestsPerSecond)}m`;
}

export function thousandths(requestsPerSecond: number): number {
  return Math.round(requestsPerSecond * THOUSAND);
}

const THOUSAND = 1000;

export function metadata(workload: Workload): KubeObject["metadata"] {
  const [{ deployment }] = workload.servers;
  return {
    name: workload.name,
    labels: labelsOf(workload),
    annotations: { "berth/model": deployment.model },
  };
}

/** What the pods are restarted for: another configuration. */
export function podAnnotations(workload: Workload): Readonly<Record<string, string>> {
  const [{ deployment, files }] = workload.servers;
  return {
    "berth/model": deployment.model,
    ...(files.length === 0 ? {} : { "berth/config": hash(files.map(({ text }) => text).join()) }),
  };
}
