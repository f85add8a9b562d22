import type { PlanDeployment } from "../../../documents/plan-document.ts";
import type { HostedDeployment } from "../../host-plan.ts";

export type Group = readonly [HostedDeployment, ...HostedDeployment[]];

/**
 * Replicas become instances of one model where nothing tells them apart but their cards: same
 * limits, same KV cap and fraction, started one right after the other, no card twice.
 */
export function instanceGroups(deployments: readonly HostedDeployment[]): readonly Group[] {
  const groups: [HostedDeployment, ...HostedDeployment[]][] = [];
  for (const next of deployments) {
    const last = groups.at(-1);
    if (last !== undefined && joins(last, next)) {
      last.push(next);
    } else {
      groups.push([next]);
    }
  }
  return groups;
}

function joins(group: Group, next: HostedDeployment): boolean {
  const taken = group.flatMap(({ gpus }) => gpus);
  return (
    sameKnobs(group[0].deployment) === sameKnobs(next.deployment) &&
    group[0].gpus[0]?.computeCapability === next.gpus[0]?.computeCapability &&
    next.gpus.every((gpu) => !taken.includes(gpu))
  );
}

function sameKnobs(deployment: PlanDeployment): string {
  const { model, source, quantization, kvCacheDtype, tp, pp, ep, kv } = deployment;
  const { maxBatchSize, maxNumTokens, maxSeqLen, tokensPerBlock } = deployment;
  const limits = [maxBatchSize, maxNumTokens, maxSeqLen, tokensPerBlock];
  const cache = [kvCacheDtype, kv.maxTokens, kv.freeGpuMemFraction];
  return JSON.stringify([model, source, quantization, tp, pp, ep, ...limits, ...cache]);
}
