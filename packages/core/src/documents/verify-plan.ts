import { engineById } from "../catalog/engine-catalog.ts";
import { canCache, canRun } from "../engine/engine.ts";
import { blocksFor } from "../memory/kv-blocks.ts";
import type { PlanDeployment, PlanDocument, PlanGpu, PlanRank } from "./plan-document.ts";

/**
 * Checks a plan from first principles, from its document alone: it shares no code with the solver or the
 * start order. Gives one sentence for each thing that is wrong; none for a plan that holds.
 */
export function verifyPlan(plan: PlanDocument): readonly string[] {
  const gpus = new Map(plan.gpus.map((gpu) => [gpu.id, gpu]));
  return [
    ...plan.deployments.flatMap((deployment) => [
      ...shapeProblems(deployment, gpus),
      ...precisionProblems(deployment, gpus),
    ]),
    ...plan.gpus.flatMap((gpu) => cardProblems(gpu, plan.deployments)),
    ...startProblems(plan),
    ...neighbourProblems(plan),
  ];
}

function nameOf({ model, replica }: PlanDeployment): string {
  return `${model}#${replica}`;
}

/** Ranks, cards, hosts, compute capability, one full sequence. */
function shapeProblems(
  deployment: PlanDeployment,
  gpus: ReadonlyMap<string, PlanGpu>,
): readonly string[] {
  const { tp, pp, ranks, kv, maxSeqLen, concurrentSequences, maxBatchSize } = deployment;
  const cards = deployment.gpus.flatMap((id) => gpus.get(id) ?? []);
  const hosts = new Set(cards.map((card) => card.host));
  const layers = deployment.stageLayers;
  const checks: readonly (readonly [boolean, string])[] = [
    [
      cards.length === tp * pp && ranks.length === tp * pp,
      `has ${ranks.length} ranks on ${cards.length} known cards instead of ${tp * pp}`,
    ],
    [new Set(deployment.gpus).size === deployment.gpus.length, "has two ranks on one card"],
    [hosts.size === 1, `is on ${hosts.size} hosts`],
    [
      ranks.every((rank, i) => rank.gpu === deployment.gpus[i]),
      "has ranks in another order than its cards",
    ],
    [
      layers.length === pp && layers.every((count) => count >= 1),
      `has stages of ${layers.join(", ")} layers`,
    ],
    [
      concurrentSequences >= 1 && concurrentSequences <= maxBatchSize,
      `runs ${concurrentSequences} sequences with batches of ${maxBatchSize}`,
    ],
    [
      kv.tokens >= concurrentSequences * maxSeqLen,
      `holds ${kv.tokens} tokens for ${concurrentSequences} sequences of ${maxSeqLen}`,
    ],
    [
      kv.freeGpuMemFraction > 0 && kv.freeGpuMemFraction < 1,
      `has the fraction ${kv.freeGpuMemFraction}`,
    ],
  ];
  return checks
    .filter(([holds]) => !holds)
    .map(([, problem]) => `${nameOf(deployment)} ${problem}`);
}

/** No card holds more than it has, and its sums are the sums. */
function cardProblems(gpu: PlanGpu, deployments: readonly PlanDeployment[]): readonly string[] {
  const planned = ranksOn(gpu.id, deployments).reduce(
    (sum, rank) => sum + heldBytes(rank, "any") + rank.kv.budgetBytes,
    0,
  );
  const free = gpu.memoryBytes - gpu.usedByOthersBytes - gpu.reserveBytes - planned;
  return [
    ...(planned === gpu.plannedBytes
      ? []
      : [`${gpu.id} says ${gpu.plannedBytes} planned bytes, its ranks hold ${planned}`]),
    ...(free === gpu.freeBytes
      ? []
      : [`${gpu.id} says ${gpu.freeBytes} free bytes, there are ${free}`]),
    ...(free >= 0 ? [] : [`${gpu.id} is ${-free} bytes short`]),
  ];
}

function ranksOn(gpu: string, deployments: readonly PlanDeployment[]): readonly PlanRank[] {
  return deployments.flatMap((deployment) => deployment.ranks).filter((rank) => rank.gpu === gpu);
}

function heldBytes(rank: PlanRank, taken: "before-kv" | "any"): number {
  return rank.terms
    .filter((term) => taken === "any" || term.taken === taken)
    .reduce((sum, term) => sum + term.highBytes, 0);
}

/** Runs the starts one after another: every engine finds what the plan says, and its fraction gives what the plan says. */
function startProblems(plan: PlanDocument): readonly string[] {
  const free = new Map(
    plan.gpus.map((gpu) => [gpu.id, gpu.memoryBytes - gpu.usedByOthersBytes - gpu.reserveBytes]),
  );
  const ordered = [...plan.deployments].sort((a, b) => a.startOrder - b.startOrder);
  const problems: string[] = [];
  for (const [position, deployment] of ordered.entries()) {
    if (deployment.startOrder !== position) {
      problems.push(
        `${nameOf(deployment)} starts at ${deployment.startOrder} instead of ${position}`,
      );
    }
    problems.push(...startProblemsOf(deployment, free));
    for (const rank of deployment.ranks) {
      free.set(rank.gpu, (free.get(rank.gpu) ?? 0) - heldBytes(rank, "any") - rank.kv.budgetBytes);
    }
  }
  return problems;
}

function startProblemsOf(
  deployment: PlanDeployment,
  free: ReadonlyMap<string, number>,
): readonly string[] {
  const wrong = deployment.ranks.filter(
    (rank) =>
      rank.freeAtStartBytes !== free.get(rank.gpu) ||
      rank.freeForKvBytes !== rank.freeAtStartBytes - heldBytes(rank, "before-kv"),
  );
  const tokens = Math.min(
    ...deployment.ranks.map((rank) =>
      Math.floor((deployment.kv.freeGpuMemFraction * rank.freeForKvBytes) / rank.kv.bytesPerToken),
    ),
  );
  const held = [true, false].map(
    (roundsUp) =>
      blocksFor(tokens, { tokensPerBlock: deployment.tokensPerBlock, roundsUp }) *
      deployment.tokensPerBlock,
  );
  return [
    ...wrong.map(
      (rank) =>
        `${nameOf(deployment)} finds ${free.get(rank.gpu)} bytes on ${rank.gpu} instead of ${rank.freeAtStartBytes}`,
    ),
    ...(held.includes(deployment.kv.tokens)
      ? []
      : [
          `${nameOf(deployment)} gets ${held.join(" or ")} tokens from its fraction instead of ${deployment.kv.tokens}`,
        ]),
  ];
}

/** Two replicas of one model, an exclusive model and any other, or two that avoid each other never share a card. */
function neighbourProblems(plan: PlanDocument): readonly string[] {
  return plan.gpus.flatMap((gpu) => {
    const tenants = plan.deployments.filter((deployment) => deployment.gpus.includes(gpu.id));
    const clash = tenants.find((a, i) => tenants.slice(i + 1).some((b) => mayNotShare(a, b)));
    return clash === undefined
      ? []
      : [`${gpu.id} holds ${nameOf(clash)} and one that it may not share a card with`];
  });
}

function mayNotShare(a: PlanDeployment, b: PlanDeployment): boolean {
  return (
    a.model === b.model ||
    a.isExclusive ||
    b.isExclusive ||
    a.notWith.includes(b.model) ||
    b.notWith.includes(a.model)
  );
}

/** Every precision has kernels on the cards that it is on. */
function precisionProblems(
  deployment: PlanDeployment,
  gpus: ReadonlyMap<string, PlanGpu>,
): readonly string[] {
  const engine = engineById(deployment.engine.id);
  const capabilities = deployment.gpus.flatMap((id) => gpus.get(id)?.computeCapability ?? []);
  const runs = capabilities.every(
    (capability) =>
      engine !== undefined &&
      canRun(engine, deployment.quantization, capability) &&
      canCache(engine, deployment.kvCacheDtype, capability),
  );
  return runs
    ? []
    : [
        `${nameOf(deployment)} can't run ${deployment.quantization} with ${deployment.kvCacheDtype} KV cache on ${capabilities.join(", ")}`,
      ];
}
