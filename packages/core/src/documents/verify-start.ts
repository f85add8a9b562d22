import { engineById } from "../catalog/engine-catalog.ts";
import { rulesOf } from "../engine/registry.ts";
import type { EngineRules } from "../engine/rules.ts";
import { blocksFor } from "../memory/kv-blocks.ts";
import { roundsUp } from "./estimate.ts";
import type { PlanDeployment, PlanGpu, PlanRank } from "./plan-document.ts";
import { splitProblems } from "./verify-split.ts";

/** A deployment with the rules of its engine and the cards of the plan. */
interface Started {
  readonly deployment: PlanDeployment;
  readonly rules: EngineRules;
  readonly gpus: ReadonlyMap<string, PlanGpu>;
}

/**
 * What is wrong with what an engine is told about memory: whether it starts with so much free, and whether it gets
 * the planned tokens. Every engine's own law, written a second time.
 */
export function knobProblems(
  deployment: PlanDeployment,
  gpus: ReadonlyMap<string, PlanGpu>,
): readonly string[] {
  const engine = engineById(deployment.engine.id);
  if (engine === undefined) {
    return [`is planned for an engine that is not known, ${deployment.engine.id}`];
  }
  const rules = rulesOf(engine, deployment.engine.version);
  const started = { deployment, rules, gpus };
  switch (rules.kvBase) {
    case "of-free":
      return fractionOfFree(started);
    case "of-total":
    case "of-total-less-others":
      return fractionOfTotal(started);
    case "of-free-before-load":
      return fractionOfFreeBeforeLoad(started);
    case "as-asked":
      return splitProblems(deployment);
    default:
      return rules.kvBase satisfies never;
  }
}

/** The fraction is inside (0, 1) and gives the planned tokens. */
function gives(
  { kv }: PlanDeployment,
  share: number | undefined,
  tokens: (share: number) => number,
): readonly string[] {
  if (share === undefined || !(share > 0 && share < 1)) {
    return [`has the fraction ${share ?? "that its engine needs nowhere"}`];
  }
  const held = tokens(share);
  return held === kv.tokens
    ? []
    : [`gets ${held} tokens from its fraction instead of ${kv.tokens}`];
}

function fractionOfFree({ deployment }: Started): readonly string[] {
  const { kv, ranks, tokensPerBlock, engine } = deployment;
  const known = engineById(engine.id);
  const rule = {
    tokensPerBlock,
    roundsUp: known !== undefined && roundsUp(known, engine.version),
  };
  return gives(deployment, kv.freeGpuMemFraction, (share) => {
    const budgets = ranks.map((rank) =>
      Math.floor(((kv.resumeShare ?? 1) * share * rank.freeForKvBytes) / rank.kv.bytesPerToken),
    );
    return blocksFor(Math.min(...budgets), rule) * tokensPerBlock;
  });
}

/** vLLM: of the card's total, and V1 must find that much free beside its context. */
function fractionOfTotal({ deployment, rules, gpus }: Started): readonly string[] {
  const { kv, ranks } = deployment;
  const share = kv.gpuMemoryUtilization;
  const empty = kv.nullBlocks ?? 0;
  const totalOf = (rank: PlanRank): number => gpus.get(rank.gpu)?.memoryBytes ?? 0;
  const tokens = gives(deployment, share, (given) =>
    Math.min(
      ...ranks
        .filter((rank) => rank.kv.budgetBytes > 0)
        .map((rank) => {
          const others =
            rules.kvBase === "of-total-less-others" ? totalOf(rank) - rank.freeAtStartBytes : 0;
          const budget = Math.ceil(given * totalOf(rank)) - countedBytes(rank) - others;
          const blocks = Math.floor((budget * rank.kv.blocks) / rank.kv.budgetBytes) - empty;
          return Math.floor((Math.max(0, blocks) / (rank.kv.blocks - empty)) * kv.tokens);
        }),
    ),
  );
  const refused = ranks.filter(
    (rank) =>
      rules.needsShareFree &&
      rank.freeAtStartBytes - bytesOf(rank, ["context"]) < Math.ceil((share ?? 0) * totalOf(rank)),
  );
  return [
    ...tokens,
    ...refused.map(
      (rank) =>
        `refuses to start on ${rank.gpu}: ${rank.freeAtStartBytes} bytes are free for its share of ${totalOf(rank)}`,
    ),
  ];
}

/**
 * SGLang: what weights and KV cache take of what is free before the weights are loaded, where every rank takes the
 * least that any of them finds.
 */
function fractionOfFreeBeforeLoad({ deployment, rules }: Started): readonly string[] {
  const { kv, ranks, tokensPerBlock } = deployment;
  const before = [...rules.beforeLoad];
  return gives(deployment, kv.memFractionStatic, (share) => {
    const free = Math.min(...ranks.map((rank) => rank.freeAtStartBytes - bytesOf(rank, before)));
    const loaded = Math.min(...ranks.map((rank) => rank.freeForKvBytes));
    const budget = share * free - (free - loaded);
    const parts = ranks.flatMap((rank) =>
      rank.kv.budgetBytes > 0 ? [budget / rank.kv.budgetBytes] : [],
    );
    const blocks = (kv.tokens * Math.min(...parts)) / tokensPerBlock;
    const planned = kv.tokens / tokensPerBlock;
    const isPlanned = Math.abs(blocks - planned) < ROUNDING;
    return (isPlanned ? planned : Math.floor(blocks)) * tokensPerBlock;
  });
}

/** Two ways to add the same numbers differ by less than this part of a block. */
const ROUNDING = 1e-3;

function countedBytes(rank: PlanRank): number {
  return rank.freeAtStartBytes - rank.freeForKvBytes;
}

function bytesOf(rank: PlanRank, ids: readonly string[]): number {
  return rank.terms
    .filter(({ id }) => ids.includes(id))
    .reduce((sum, term) => sum + term.plannedBytes, 0);
}
