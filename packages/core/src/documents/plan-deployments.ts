import { rulesOf } from "../engine/registry.ts";
import type { Fleet } from "../hardware/fleet.ts";
import type { RankMemory } from "../memory/breakdown.ts";
import { withEqualPools } from "../memory/equal-pools.ts";
import { estimateMemory } from "../memory/estimate.ts";
import {
  cacheSetting,
  nullBlocks,
  type SequenceCache,
  sequenceCache,
} from "../memory/kv-sequence.ts";
import { chanceWithin, plannedTerms } from "../memory/planned-terms.ts";
import { shareToStart } from "../memory/resumable-sequences.ts";
import { dividedOf } from "../model/divided.ts";
import type { ModelSpec } from "../model/model.ts";
import type { PlacedReplica } from "../placement/place-fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { rankRisk } from "../placement/price.ts";
import type { PlanDeployment, PlanRank } from "./plan-document.ts";
import { coldStart } from "./staying/cold-start.ts";
import { countedTerm } from "./terms.ts";

/** The placed replicas in start order, each with its terms, its KV cache and what its engine is told about memory. */
export function deploymentsOf(
  fleet: Fleet,
  replicas: readonly PlacedReplica[],
): readonly PlanDeployment[] {
  return coldStart(fleet, replicas.map(deploymentOf).sort(largestFirst));
}

/**
 * The largest rank starts first: loading needs most room while cards are emptiest. Ties go by name and
 * replica, so that the order is always the same.
 */
export function largestFirst(a: PlanDeployment, b: PlanDeployment): number {
  const largest = ({ ranks }: PlanDeployment): number => Math.max(...ranks.map(heldBefore));
  return largest(b) - largest(a) || compareText(a.model, b.model) || a.replica - b.replica;
}

function heldBefore({ terms }: PlanRank): number {
  return terms
    .filter(({ taken }) => taken === "before-kv")
    .reduce((sum, { plannedBytes }) => sum + plannedBytes, 0);
}

function compareText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

/** A replica with all that does not depend on the start order. */
export function deploymentOf(replica: PlacedReplica): PlanDeployment {
  const { model, candidate, assignment } = replica;
  const { tp, pp, ep, stageLayers = [] } = candidate.parallelism;
  const { tokens, ranks, resumeShare, nullBlocks } = cacheOf(replica);
  return {
    model: model.name,
    source: model.spec.id,
    replica: assignment.replica,
    engine: { id: model.engine.id, version: model.version },
    quantization: candidate.weights.quantization,
    storedQuantization: model.spec.stored.quantization,
    kvCacheDtype: model.kvCacheDtype,
    tp,
    pp,
    ep,
    stageLayers,
    gpus: assignment.cards,
    startOrder: 0,
    hasPeerToPeer: replica.hasPeerToPeer,
    ...model.limits,
    ...draftOf(model.spec),
    ...model.run,
    mayMixCards: model.mayMixCards,
    isExclusive: model.isExclusive,
    notWith: model.notWith,
    ...(model.isSpread === true ? { isSpread: true } : {}),
    ...survivalOf(model),
    ...(model.maySpanHosts === true ? { acrossHosts: true } : {}),
    ...(model.labels === undefined ? {} : { labels: model.labels }),
    ...(model.gpus === undefined ? {} : { pins: model.gpus }),
    divides: dividedOf(model.spec),
    ...(candidate.option.files === undefined
      ? {}
      : { files: { id: candidate.option.files.id, bytes: candidate.option.files.size } }),
    ...(candidate.loading === undefined ? {} : { loading: candidate.loading }),
    concurrentSequences: assignment.sequences,
    tokensPerBlock: model.tokensPerBlock,
    kv: {
      tokens,
      maxTokens: tokens,
      maxGpuTotalBytes: Math.max(...ranks.map(({ kv }) => kv.budgetBytes)),
      ...(resumeShare === undefined ? {} : { resumeShare }),
      ...(nullBlocks === 0 ? {} : { nullBlocks }),
    },
    ranks,
  };
}

/** The draft with files of its own that runs beside the model. */
function draftOf({ parts }: ModelSpec): Pick<PlanDeployment, "draft"> {
  const [draft] = parts.flatMap((part) => (part.isLoaded ? (part.draft ?? []) : []));
  return draft === undefined ? {} : { draft };
}

/** What the model outlives, for whoever checks the plan. */
export function survivalOf({
  survives,
  least,
}: Pick<PlannedModel, "survives" | "least">): Pick<PlanDeployment, "survives"> {
  return survives === undefined ? {} : { survives: { loss: survives.loss, leastSequences: least } };
}

/** What each rank holds, and the tokens that the KV cache of all of them has. */
function cacheOf({ model, candidate, assignment, hasPeerToPeer }: PlacedReplica): {
  readonly tokens: number;
  readonly ranks: readonly PlanRank[];
  readonly resumeShare: number | undefined;
  readonly nullBlocks: number;
} {
  const { tp, pp } = candidate.parallelism;
  const { cards, sequences } = assignment;
  const { tokensPerBlock, roundsBlocksUp: roundsUp } = model;
  const request = { ...candidate.request, hasPeerToPeer };
  const setting = cacheSetting(request, { tokensPerBlock, roundsUp });
  const stages = withEqualPools(
    rulesOf(model.engine, model.version),
    Array.from({ length: pp }, (_, stage) => sequenceCache(setting, stage)),
  );
  const empty = nullBlocks(setting);
  const tokens = sequences * Math.min(...stages.map((stage) => stage.tokens));
  const risk = rankRisk(model, candidate.layout);
  const ranks = estimateMemory(request).flatMap((memory, i) => {
    const cache = stages[Math.floor(i / tp)];
    const gpu = cards[i] ?? "";
    return cache === undefined
      ? []
      : [rankOf(memory, { gpu, cache, sequences, tokens, risk, empty })];
  });
  return { tokens, ranks, resumeShare: shareToStart(request), nullBlocks: empty };
}

function rankOf(
  memory: RankMemory,
  on: {
    readonly gpu: string;
    readonly cache: SequenceCache;
    readonly sequences: number;
    readonly tokens: number;
    readonly risk: number;
    /** Blocks that no sequence gets. */
    readonly empty: number;
  },
): PlanRank {
  const { cache, sequences, tokens, empty } = on;
  const terms = plannedTerms(memory.terms, on.risk);
  return {
    rank: memory.rank,
    gpu: on.gpu,
    freeAtStartBytes: 0,
    freeForKvBytes: 0,
    terms: terms.map(countedTerm),
    chanceToFit: chanceWithin(terms),
    kv: {
      bytesPerToken: memory.kvBytesPerToken,
      bytesPerSequence: cache.poolBytes,
      budgetBytes: cache.nullBytes + sequences * cache.poolBytes,
      blocks: empty + sequences * cache.blocks,
      tokens,
    },
  };
}
