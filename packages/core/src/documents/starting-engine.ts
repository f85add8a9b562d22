import { engineById } from "../catalog/engine-catalog.ts";
import { rulesOf } from "../engine/registry.ts";
import { startLawOf } from "../memory/starts/registry.ts";
import type { StartingEngine, StartingRank } from "../memory/starts/start-law.ts";
import { roundsUp } from "./estimate.ts";
import type { PlanDeployment, PlanRank } from "./plan-document.ts";

/** A deployment as the start order sees it. Throws for an engine that is not of the catalogue. */
export function startingEngine(
  { engine, tp, stageLayers, concurrentSequences, tokensPerBlock, kv, ranks }: PlanDeployment,
  totals: ReadonlyMap<string, number>,
): StartingEngine {
  const known = engineById(engine.id);
  if (known === undefined) {
    throw new Error(`no engine ${engine.id}`);
  }
  const rules = rulesOf(known, engine.version);
  return {
    law: startLawOf(rules),
    tp,
    stageLayers,
    sequences: concurrentSequences,
    tokensPerBlock,
    roundsUp: roundsUp(known, engine.version),
    tokens: kv.tokens,
    resumeShare: kv.resumeShare ?? 1,
    nullBlocks: kv.nullBlocks ?? 0,
    ranks: ranks.map((rank) =>
      startingRank(rank, { total: totals.get(rank.gpu) ?? 0, beforeLoad: rules.beforeLoad }),
    ),
  };
}

function startingRank(
  rank: PlanRank,
  on: { readonly total: number; readonly beforeLoad: ReadonlySet<string> },
): StartingRank {
  return {
    gpu: rank.gpu,
    totalBytes: on.total,
    contextBytes: plannedBytes(rank, ({ id }) => id === "context"),
    beforeLoad: plannedBytes(rank, ({ id }) => on.beforeLoad.has(id)),
    heldBefore: plannedBytes(rank, ({ taken }) => taken === "before-kv"),
    heldAfter: plannedBytes(rank, ({ taken }) => taken === "after-kv"),
    kvBytesPerToken: rank.kv.bytesPerToken,
    poolBytes: rank.kv.budgetBytes,
    blocks: rank.kv.blocks,
  };
}

function plannedBytes(
  { terms }: PlanRank,
  isWanted: (term: PlanRank["terms"][number]) => boolean,
): number {
  return terms.filter(isWanted).reduce((sum, term) => sum + term.plannedBytes, 0);
}
