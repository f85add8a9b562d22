import { engineById } from "../catalog/engine-catalog.ts";
import { canCache, canRun } from "../engine/engine.ts";
import { engineOfVersion } from "../engine/engine-of-version.ts";
import type { PlanDeployment, PlanGpu, PlanRank } from "./plan-document.ts";
import { divisionProblems } from "./verify-division.ts";
import { knobProblems } from "./verify-start.ts";
import { wishProblems } from "./verify-wishes.ts";

/** What is wrong with one replica by itself: its cards, its KV cache, its precision. */
export function deploymentProblems(
  deployment: PlanDeployment,
  gpus: ReadonlyMap<string, PlanGpu>,
): readonly string[] {
  return [
    ...shapeProblems(deployment, gpus),
    ...wishProblems(deployment, gpus),
    ...divisionProblems(deployment),
    ...groupProblems(deployment, gpus),
    ...poolProblems(deployment),
    ...knobProblems(deployment, gpus).map((problem) => `${nameOf(deployment)} ${problem}`),
    ...precisionProblems(deployment, gpus),
  ];
}

/** "chat#0": a replica in a sentence. */
export function nameOf({ model, replica }: PlanDeployment): string {
  return `${model}#${replica}`;
}

/** Ranks, cards, hosts, compute capability, one full sequence. */
function shapeProblems(
  deployment: PlanDeployment,
  gpus: ReadonlyMap<string, PlanGpu>,
): readonly string[] {
  const { tp, pp, ep, ranks, kv, maxSeqLen, concurrentSequences, maxBatchSize, acrossHosts } =
    deployment;
  const cards = deployment.gpus.flatMap((id) => gpus.get(id) ?? []);
  const hosts = new Set(cards.map((card) => card.host));
  const layers = deployment.stageLayers;
  const checks: readonly (readonly [boolean, string])[] = [
    [
      cards.length === tp * pp && ranks.length === tp * pp,
      `has ${ranks.length} ranks on ${cards.length} known cards instead of ${tp * pp}`,
    ],
    [new Set(deployment.gpus).size === deployment.gpus.length, "has two ranks on one card"],
    [hosts.size === 1 || acrossHosts === true, `is on ${hosts.size} hosts`],
    [
      ranks.every((rank, i) => rank.gpu === deployment.gpus[i]),
      "has ranks in another order than its cards",
    ],
    [
      layers.length === pp && layers.every((count) => count >= 1),
      `has stages of ${layers.join(", ")} layers`,
    ],
    [ep >= 1 && tp % ep === 0, `splits ${tp} ranks into ${ep} groups of experts`],
    [
      concurrentSequences >= 1 && concurrentSequences <= maxBatchSize,
      `runs ${concurrentSequences} sequences with batches of ${maxBatchSize}`,
    ],
    [
      kv.tokens >= concurrentSequences * maxSeqLen,
      `holds ${kv.tokens} tokens for ${concurrentSequences} sequences of ${maxSeqLen}`,
    ],
  ];
  return checks
    .filter(([holds]) => !holds)
    .map(([, problem]) => `${nameOf(deployment)} ${problem}`);
}

/** A tensor parallel group stays on one host and on cards of one compute capability, unless the fleet file allowed more kinds. */
function groupProblems(
  deployment: PlanDeployment,
  gpus: ReadonlyMap<string, PlanGpu>,
): readonly string[] {
  const { tp, pp, mayMixCards } = deployment;
  const stages = Array.from({ length: pp }, (_, stage) =>
    deployment.gpus.slice(stage * tp, (stage + 1) * tp),
  );
  const torn = stages.find((cards) => new Set(cards.map((id) => gpus.get(id)?.host)).size > 1);
  const mixed = stages.find(
    (cards) => new Set(cards.map((id) => gpus.get(id)?.computeCapability)).size > 1,
  );
  const group = (cards: readonly string[]): string =>
    `${nameOf(deployment)} has a tensor parallel group over ${cards.join(", ")}, which are`;
  return [
    ...(torn === undefined ? [] : [`${group(torn)} on several hosts`]),
    ...(mayMixCards || mixed === undefined ? [] : [`${group(mixed)} of different kinds`]),
  ];
}

/** The KV cache is the same number of tokens on every rank, and as large as its sequences. The caps are what it takes. */
function poolProblems(deployment: PlanDeployment): readonly string[] {
  const { kv, ranks } = deployment;
  const largest = Math.max(...ranks.map((rank) => rank.kv.budgetBytes));
  const wrong = ranks.filter(
    (rank) =>
      rank.kv.tokens !== kv.tokens || poolMisses(deployment, rank) || misses(deployment, rank),
  );
  return [
    ...wrong.map(
      (rank) =>
        `${nameOf(deployment)} has a KV cache of ${rank.kv.tokens} tokens in ${rank.kv.blocks} blocks and ${rank.kv.budgetBytes} bytes on ${rank.gpu}, for ${kv.tokens} tokens`,
    ),
    ...(kv.maxTokens === kv.tokens
      ? []
      : [`${nameOf(deployment)} caps ${kv.maxTokens} tokens for ${kv.tokens}`]),
    ...(kv.maxGpuTotalBytes === largest
      ? []
      : [`${nameOf(deployment)} caps ${kv.maxGpuTotalBytes} bytes for a pool of ${largest}`]),
  ];
}

/** Whether a pool is not its sequences and the blocks that none of them gets. */
function poolMisses(
  { kv, concurrentSequences }: PlanDeployment,
  { kv: { bytesPerSequence, blocks, budgetBytes } }: PlanRank,
): boolean {
  const ofSequences = concurrentSequences * bytesPerSequence;
  const { nullBlocks = 0 } = kv;
  const ofNone = blocks > nullBlocks ? (ofSequences / (blocks - nullBlocks)) * nullBlocks : 0;
  return Math.abs(budgetBytes - ofSequences - Math.ceil(ofNone)) > (nullBlocks > 0 ? 1 : 0);
}

/**
 * TensorRT-LLM: a token takes as much in every layer, so a pool is whole blocks of its tokens; more by what must stay
 * free so that sequences may start, to a byte a sequence.
 */
function misses(
  { kv, engine, tokensPerBlock, concurrentSequences }: PlanDeployment,
  { kv: own }: PlanRank,
): boolean {
  if (engine.id !== "tensorrt-llm" && engine.id !== "tensorrt-llm-engine") {
    return false;
  }
  const most = engineById(engine.id)?.resumeLimit?.share;
  const { resumeShare = 1 } = kv;
  const bytes = Math.ceil((kv.tokens * own.bytesPerToken) / resumeShare);
  return (
    (resumeShare !== 1 && resumeShare !== most) ||
    own.blocks * tokensPerBlock !== kv.tokens ||
    own.budgetBytes < bytes ||
    own.budgetBytes > bytes + (resumeShare === 1 ? 0 : concurrentSequences)
  );
}

/** Every precision has kernels on the cards that it is on. */
function precisionProblems(
  deployment: PlanDeployment,
  gpus: ReadonlyMap<string, PlanGpu>,
): readonly string[] {
  const known = engineById(deployment.engine.id);
  const engine = known && engineOfVersion(known, deployment.engine.version);
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
