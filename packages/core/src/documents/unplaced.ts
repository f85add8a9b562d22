import { canRun } from "../engine/engine.ts";
import type { Fleet } from "../hardware/fleet.ts";
import { termBytes } from "../memory/breakdown.ts";
import { estimateMemory, type MemoryRequest } from "../memory/estimate.ts";
import { sequenceTokens } from "../memory/kv-blocks.ts";
import type { StoredWeights } from "../model/quantization.ts";
import { mayUse } from "../placement/card-classes.ts";
import type { Enumeration } from "../placement/enumerate.ts";
import type { PlacedFleet } from "../placement/place-fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import type { FleetShort, Reason } from "../report/reason.ts";
import { weightsOf } from "./estimate-request.ts";
import { runnable } from "./planned-models.ts";

/** Most reasons given for one model; the first are the ones that bind. */
const MOST_REASONS = 4;

/** Why a model is not in the plan, the binding constraint first. */
export function reasonsAgainst(
  model: PlannedModel,
  {
    fleet,
    placed,
    enumeration,
  }: { readonly fleet: Fleet; readonly placed: PlacedFleet; readonly enumeration: Enumeration },
): readonly Reason[] {
  if (enumeration.candidates.size > 0) {
    return [crowdedOut(model, enumeration, { fleet, placed })];
  }
  const short = fleetShort(model, fleet);
  const quantization = short[0]?.quantization;
  return [
    ...short,
    ...illegal(enumeration.dropped),
    ...leastShort(enumeration.dropped, quantization),
  ].slice(0, MOST_REASONS);
}

/** It has candidates, so it fits alone: others are in the way. */
function crowdedOut(
  model: PlannedModel,
  { demand }: Enumeration,
  { fleet, placed }: { readonly fleet: Fleet; readonly placed: PlacedFleet },
): Reason {
  const sequences = Math.ceil(model.least / model.replicas);
  const needs = demand.options.map((option) =>
    option.stages.reduce(
      (sum, stage) => sum + stage.ranks * (stage.fixed + sequences * stage.perSequence),
      0,
    ),
  );
  const taken = placed.replicas.reduce((sum, replica) => sum + replicaBytes(replica), 0);
  const capacity = fleet.gpus.reduce(
    (sum, gpu) => sum + gpu.memory - gpu.usedByOthers - gpu.reserve,
    0,
  );
  return {
    code: "crowded-out",
    by: [...new Set(placed.replicas.map((replica) => replica.model.name))],
    needBytes: Math.min(...needs) * model.replicas,
    freeBytes: Math.max(0, capacity - taken),
  };
}

function replicaBytes({ candidate, assignment }: PlacedFleet["replicas"][number]): number {
  return candidate.option.stages.reduce(
    (sum, stage) => sum + stage.ranks * (stage.fixed + assignment.sequences * stage.perSequence),
    0,
  );
}

/**
 * All cards together hold less than the model needs. Said for the precision that comes nearest to fitting on
 * the cards that can run it.
 */
function fleetShort(model: PlannedModel, fleet: Fleet): readonly FleetShort[] {
  const cards = fleet.gpus.filter((gpu) => mayUse(model, gpu));
  const needs = runnable(model, fleet).map((quantization) => {
    const able = cards.filter((gpu) => canRun(model.engine, quantization, gpu.computeCapability));
    const haveBytes = able.reduce(
      (sum, gpu) => sum + Math.max(0, gpu.memory - gpu.usedByOthers - gpu.reserve),
      0,
    );
    const need = needOf(
      model,
      weightsOf(model.name, model.spec, quantization),
      able[0]?.computeCapability ?? "",
    );
    return { ...need, haveBytes, cards: able.length };
  });
  const [nearest] = needs.sort((a, b) => a.needBytes / a.haveBytes - b.needBytes / b.haveBytes);
  return nearest === undefined || nearest.needBytes <= nearest.haveBytes
    ? []
    : [{ code: "fleet-short", ...nearest }];
}

/** What all ranks of the largest layout asked for hold together, with the least KV cache. */
function needOf(
  model: PlannedModel,
  weights: StoredWeights,
  computeCapability: string,
): { readonly quantization: string; readonly needBytes: number; readonly weightBytes: number } {
  const request: MemoryRequest = {
    model: model.spec,
    engine: model.engine,
    version: model.version,
    weights,
    kvCacheDtype: model.kvCacheDtype,
    parallelism: { tp: Math.max(...model.tp), pp: Math.max(...model.pp), ep: model.ep },
    stageCapabilities: [computeCapability],
    hasPeerToPeer: false,
    limits: model.limits,
  };
  const ranks = estimateMemory(request);
  const tokens =
    Math.ceil(model.least / model.replicas) *
    sequenceTokens(model.limits.maxSeqLen, model.tokensPerBlock);
  const needBytes = ranks.reduce(
    (sum, rank) =>
      sum + termBytes(rank.terms, "any", "high") + Math.ceil(tokens * rank.kvBytesPerToken),
    0,
  );
  const weightBytes = ranks.reduce(
    (sum, rank) => sum + (rank.terms.find((term) => term.id === "weights")?.bytes ?? 0),
    0,
  );
  return { quantization: weights.quantization, needBytes, weightBytes };
}

/**
 * Every rule that was broken, each once. Where some layouts were legal but too large, that others are not is
 * no news; where no precision runs, no layout matters.
 */
function illegal(dropped: readonly Reason[]): readonly Reason[] {
  const unsupported = dropped.filter((reason) => reason.code === "precision-unsupported");
  const rules = dropped.some((reason) => reason.code === "memory-short") ? [] : dropped;
  const said = rules.length > 0 && unsupported.length > 0 ? unsupported : rules;
  return [...new Map(said.map((reason) => [JSON.stringify(reason), reason])).values()];
}

/** The layout that comes nearest to fitting, of one precision where that is given. */
function leastShort(
  dropped: readonly Reason[],
  quantization: string | undefined,
): readonly Reason[] {
  const short = dropped
    .filter((reason) => reason.code === "memory-short")
    .filter((reason) => quantization === undefined || reason.quantization === quantization);
  return short.sort((a, b) => a.needBytes - a.haveBytes - (b.needBytes - b.haveBytes)).slice(0, 1);
}
