import { launcherFact } from "../../catalog/launcher-catalog.ts";
import type { PlanDeployment, PlanDocument, PlanRank } from "../../documents/plan-document.ts";
import { gpusOf } from "../host-plan.ts";
import type { SharedCards } from "./shared-cards.ts";

const MIB = 1024 ** 2;

/** Share of what a cap leaves free that TensorRT-LLM may take; max_tokens keeps it to the plan. */
const SHARE_UNDER_CAP = 0.99;

/** Digits of a share in a configuration. */
const SHARE_STEPS = 1e4;

/**
 * Most bytes that an engine takes of one card under MPS, whole MiB: what the plan counts for it, and
 * the room that its own share of free memory needs to come to that.
 */
export function mpsCap(plan: PlanDocument, deployment: PlanDeployment): number {
  const planned = Math.max(...deployment.ranks.map(takenBytes));
  return Math.ceil(Math.max(planned, asked(plan, deployment)) / MIB) * MIB;
}

/**
 * The plan as engines under caps have to be told it. Under a cap CUDA calls free what the cap leaves,
 * while the total stays the card's: shares of free memory are of less than in the plan.
 */
export function underCaps(plan: PlanDocument, shared: readonly SharedCards[]): PlanDocument {
  const capped = new Set(
    shared.flatMap(({ sharing, deployments }) => (sharing === "mps" ? deployments : [])),
  );
  return {
    ...plan,
    deployments: plan.deployments.map((each) => (capped.has(each) ? underCap(plan, each) : each)),
  };
}

function underCap(plan: PlanDocument, deployment: PlanDeployment): PlanDeployment {
  const { freeGpuMemFraction, memFractionStatic } = deployment.kv;
  return {
    ...deployment,
    kv: {
      ...deployment.kv,
      ...(freeGpuMemFraction === undefined ? {} : { freeGpuMemFraction: SHARE_UNDER_CAP }),
      ...(memFractionStatic === undefined
        ? {}
        : { memFractionStatic: staticShare(plan, deployment, memFractionStatic) }),
    },
  };
}

/** SGLang's share is of what is free before the weights: the same bytes, of the cap. */
function staticShare(plan: PlanDocument, deployment: PlanDeployment, share: number): number {
  const bytes =
    share * Math.min(...deployment.ranks.map(({ freeAtStartBytes }) => freeAtStartBytes));
  const free = mpsCap(plan, deployment) - contextBytes();
  return Math.min(SHARE_UNDER_CAP, Math.floor((bytes / free) * SHARE_STEPS) / SHARE_STEPS);
}

function takenBytes({ terms, kv }: PlanRank): number {
  return terms.reduce(
    (sum, { plannedBytes }) => sum + plannedBytes,
    kv.budgetBytes / SHARE_UNDER_CAP,
  );
}

/** vLLM refuses to start where less is free than its share of the total, its context counted apart. */
function asked(plan: PlanDocument, deployment: PlanDeployment): number {
  const { gpuMemoryUtilization } = deployment.kv;
  const total = Math.max(...gpusOf(plan, deployment).map(({ memoryBytes }) => memoryBytes));
  return gpuMemoryUtilization === undefined ? 0 : gpuMemoryUtilization * total + contextBytes();
}

function contextBytes(): number {
  return launcherFact("kubernetes", "cudaContextMib") * MIB;
}
