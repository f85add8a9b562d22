import type { Fleet } from "../hardware/fleet.ts";
import type { RankMemory } from "../memory/breakdown.ts";
import { estimateMemory } from "../memory/estimate.ts";
import { sequenceTokens } from "../memory/kv-blocks.ts";
import {
  chanceWithin,
  type PlannedTerm,
  plannedBytes,
  plannedTerms,
} from "../memory/planned-terms.ts";
import { planStarts, type StartingEngine, type StartStep } from "../memory/start-order.ts";
import type { PlacedReplica } from "../placement/place-fleet.ts";
import { rankRisk } from "../placement/price.ts";
import type { PlanDeployment, PlanRank } from "./plan-document.ts";
import { countedTerm } from "./terms.ts";

/** The placed replicas in start order, each with its terms, its KV cache and its fraction. */
export function deploymentsOf(
  fleet: Fleet,
  replicas: readonly PlacedReplica[],
): readonly PlanDeployment[] {
  const engines = replicas.map(engineToStart).sort(largestFirst);
  const free = new Map(
    fleet.gpus.map((gpu) => [gpu.id, gpu.memory - gpu.usedByOthers - gpu.reserve]),
  );
  const steps = planStarts(
    free,
    engines.map(({ starting }) => starting),
  );
  return engines.flatMap((engine, startOrder) => {
    const step = steps[startOrder];
    return step === undefined ? [] : [deploymentOf(engine, { step, startOrder })];
  });
}

interface PlannedRank extends RankMemory {
  readonly terms: readonly PlannedTerm[];
}

interface EngineToStart {
  readonly replica: PlacedReplica;
  readonly memory: readonly PlannedRank[];
  readonly starting: StartingEngine & { readonly tokens: number };
}

function engineToStart(replica: PlacedReplica): EngineToStart {
  const { model, candidate, assignment, hasPeerToPeer } = replica;
  const risk = rankRisk(model, candidate.layout);
  const memory = estimateMemory({ ...candidate.request, hasPeerToPeer }).map((rank) => ({
    ...rank,
    terms: plannedTerms(rank.terms, risk),
  }));
  const perSequence = sequenceTokens(model.limits.maxSeqLen, model.tokensPerBlock);
  return {
    replica,
    memory,
    starting: {
      tokensPerBlock: model.tokensPerBlock,
      roundsUp: model.roundsBlocksUp,
      tokens: assignment.sequences * perSequence,
      ranks: memory.map((rank) => ({
        gpu: assignment.cards[rank.rank] ?? "",
        heldBefore: plannedBytes(rank.terms, "before-kv"),
        heldAfter: plannedBytes(rank.terms, "after-kv"),
        kvBytesPerToken: rank.kvBytesPerToken,
      })),
    },
  };
}

/**
 * The largest rank starts first: loading needs most room while cards are emptiest. Ties go by name and
 * replica, so that the order is always the same.
 */
function largestFirst(a: EngineToStart, b: EngineToStart): number {
  const largest = ({ starting }: EngineToStart): number =>
    Math.max(...starting.ranks.map((rank) => rank.heldBefore));
  return (
    largest(b) - largest(a) ||
    compareText(a.replica.model.name, b.replica.model.name) ||
    a.replica.assignment.replica - b.replica.assignment.replica
  );
}

function compareText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

function deploymentOf(
  { replica, memory, starting }: EngineToStart,
  { step, startOrder }: { readonly step: StartStep; readonly startOrder: number },
): PlanDeployment {
  const { model, candidate, assignment } = replica;
  const { tp, pp, ep, stageLayers = [] } = candidate.parallelism;
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
    startOrder,
    hasPeerToPeer: replica.hasPeerToPeer,
    ...model.limits,
    mayMixCards: model.mayMixCards,
    isExclusive: model.isExclusive,
    notWith: model.notWith,
    concurrentSequences: assignment.sequences,
    tokensPerBlock: model.tokensPerBlock,
    kv: {
      tokens: starting.tokens,
      maxTokens: step.maxTokens,
      freeGpuMemFraction: step.launchFraction,
      maxGpuTotalBytes: step.maxGpuTotalBytes,
    },
    ranks: memory.map((rank) => rankOf(rank, { starting, step })),
  };
}

function rankOf(
  rank: PlannedRank,
  { starting, step }: { readonly starting: EngineToStart["starting"]; readonly step: StartStep },
): PlanRank {
  const start = step.ranks[rank.rank];
  return {
    rank: rank.rank,
    gpu: start?.gpu ?? "",
    freeAtStartBytes: start?.freeAtStart ?? 0,
    freeForKvBytes: start?.freeForKv ?? 0,
    terms: rank.terms.map(countedTerm),
    chanceToFit: chanceWithin(rank.terms),
    kv: {
      bytesPerToken: rank.kvBytesPerToken,
      budgetBytes: Math.ceil(start?.poolBytes ?? 0),
      blocks: starting.tokens / starting.tokensPerBlock,
      tokens: starting.tokens,
    },
  };
}
