import { canRun } from "../engine/engine.ts";
import type { Fleet, FleetGpu } from "../hardware/fleet.ts";
import { mayUse } from "../placement/card-classes.ts";
import type { Enumeration } from "../placement/enumerate.ts";
import type { PlacedFleet } from "../placement/place-fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { leastEach } from "../placement/survive.ts";
import type {
  ConflictReason,
  ConflictUnknown,
  FleetShort,
  MemoryShort,
  Reason,
} from "../report/reason.ts";
import { leastNeed } from "./least-need.ts";
import { runnable } from "./planned-precisions.ts";
import type { Remedy } from "./remedies/remedy.ts";
import { apartFrom, exclusiveOthers } from "./remedies/wishes.ts";

/** Most reasons given for one model; the first are the ones that bind. */
const MOST_REASONS = 4;

export interface Refusal {
  readonly fleet: Fleet;
  readonly models: readonly PlannedModel[];
  readonly placed: PlacedFleet;
  readonly enumeration: Enumeration;
  /** What was found to work: a wish whose fall lets the model in is what was in the way. */
  readonly remedies: readonly Remedy[];
  /** The smallest set of wishes that can't hold together, or why none is known; undefined where none was looked for. */
  readonly conflict: ConflictReason | ConflictUnknown | undefined;
}

/** Why a model is not in the plan: what can't hold together first, then the binding constraint; a broken rule goes before both. */
export function reasonsAgainst(model: PlannedModel, refusal: Refusal): readonly Reason[] {
  const { conflict } = refusal;
  const others = ownReasons(model, refusal);
  if (conflict === undefined || others.some(isLoss)) {
    return others;
  }
  if (conflict.code === "conflict-unknown") {
    return [...others, conflict];
  }
  return conflict.cause === "rules"
    ? [...others, conflict]
    : [conflict, ...others.filter((reason) => !isSaidBy(conflict, reason))];
}

/** The conflict has said it already: who is in the way, and which wishes. */
function isSaidBy({ members, isMinimal }: ConflictReason, reason: Reason): boolean {
  if (reason.code === "crowded-out") {
    return true;
  }
  return (
    reason.code === "in-the-way" &&
    (isMinimal || members.some(({ requirement }) => requirement === reason.wish))
  );
}

/** What a loss takes is said alone: no memory is short. */
function isLoss({ code }: Reason): boolean {
  return code === "lost-at-once" || code === "rate-after-loss";
}

function ownReasons(model: PlannedModel, refusal: Refusal): readonly Reason[] {
  const { enumeration, fleet } = refusal;
  if (enumeration.candidates.size > 0) {
    return crowdedReasons(model, refusal);
  }
  const lost = enumeration.dropped.filter(isLoss);
  if (lost.length > 0) {
    return lost;
  }
  const short = fleetShort(model, fleet);
  return [
    ...short,
    ...illegal(enumeration.dropped),
    ...leastShort(enumeration.dropped, short[0]?.quantization),
  ].slice(0, MOST_REASONS);
}

/** It has candidates, so one replica fits somewhere: replicas, wishes or other models are in the way. */
function crowdedReasons(model: PlannedModel, refusal: Refusal): readonly Reason[] {
  const replicas = [...replicasNeedHosts(model, refusal), ...replicasNeedCards(model, refusal)];
  const wishes = wishesInTheWay(model, refusal);
  if (replicas.length > 0 || wishes.length > 0) {
    return [...replicas, ...wishes];
  }
  return [crowdedOut(model, refusal)];
}

/** More replicas than hosts that have room for one. */
function replicasNeedHosts(
  { isSpread, replicas }: PlannedModel,
  { enumeration, placed }: Refusal,
): readonly Reason[] {
  const classes = new Set(
    enumeration.demand.options.flatMap((option) => option.stages.map((stage) => stage.cardClass)),
  );
  const cards = placed.cards.filter(({ cardClass }) => classes.has(cardClass));
  const hosts = new Set(cards.map(({ host }) => host)).size;
  return isSpread === true && replicas > hosts
    ? [{ code: "replicas-need-hosts", replicas, hosts }]
    : [];
}

function replicasNeedCards(
  model: PlannedModel,
  { enumeration, fleet, placed }: Refusal,
): readonly Reason[] {
  const ranks = Math.min(
    ...enumeration.demand.options.map((option) =>
      option.stages.reduce((sum, stage) => sum + stage.ranks, 0),
    ),
  );
  const classes = new Set(
    enumeration.demand.options.flatMap((option) => option.stages.map((stage) => stage.cardClass)),
  );
  const cards = placed.cards.filter(({ cardClass }) => classes.has(cardClass)).length;
  const isAlone = fleet.gpus.length > 0 && model.replicas * ranks > cards;
  return isAlone ? [{ code: "replicas-need-cards", replicas: model.replicas, ranks, cards }] : [];
}

function wishesInTheWay(model: PlannedModel, { models, remedies }: Refusal): readonly Reason[] {
  const works = new Set(remedies.map(({ kind }) => kind));
  return [
    ...(works.has("pin")
      ? [{ code: "in-the-way", wish: "gpus", names: model.gpus ?? [] } as const]
      : []),
    ...(works.has("labels")
      ? [{ code: "in-the-way", wish: "labels", names: model.labels ?? [] } as const]
      : []),
    ...(works.has("not-with")
      ? [{ code: "in-the-way", wish: "notWith", names: apartFrom(model, models) } as const]
      : []),
    ...(works.has("survive") ? [{ code: "in-the-way", wish: "survive", names: [] } as const] : []),
    ...(works.has("spread") ? [{ code: "in-the-way", wish: "spread", names: [] } as const] : []),
    ...(works.has("exclusive")
      ? [{ code: "in-the-way", wish: "exclusive", names: exclusiveNames(model, models) } as const]
      : []),
  ];
}

function exclusiveNames(model: PlannedModel, models: readonly PlannedModel[]): readonly string[] {
  return model.isExclusive ? [model.name] : exclusiveOthers(model, models);
}

function crowdedOut(
  model: PlannedModel,
  { enumeration: { demand }, fleet, placed }: Refusal,
): Reason {
  const sequences = leastEach(model);
  const needs = demand.options.map((option) =>
    option.stages.reduce(
      (sum, stage) => sum + stage.ranks * (stage.fixed + sequences * stage.perSequence),
      0,
    ),
  );
  const taken = placed.replicas.reduce((sum, replica) => sum + replicaBytes(replica), 0);
  const capacity = fleet.gpus.reduce((sum, gpu) => sum + roomOf(gpu), 0);
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

function roomOf(gpu: FleetGpu): number {
  return Math.max(0, gpu.memory - gpu.usedByOthers - gpu.reserve);
}

/**
 * The cards together hold less than one replica needs at least, in every precision that it may use. Said for
 * the precision that comes nearest to fitting.
 */
function fleetShort(model: PlannedModel, fleet: Fleet): readonly FleetShort[] {
  const cards = fleet.gpus.filter((gpu) => mayUse(model, gpu));
  const needs = model.weights.flatMap((weights) => {
    const able = cards.filter((gpu) =>
      canRun(model.engine, weights.quantization, gpu.computeCapability),
    );
    const capabilities = [...new Set(able.map((gpu) => gpu.computeCapability))];
    const least = capabilities
      .flatMap((capability) => leastNeed(model, weights, capability) ?? [])
      .sort((a, b) => a.needBytes - b.needBytes)[0];
    const haveBytes = able.reduce((sum, gpu) => sum + roomOf(gpu), 0);
    return least === undefined
      ? []
      : [{ ...least, quantization: weights.quantization, haveBytes, cards: able.length }];
  });
  const [nearest] = [...needs].sort(
    (a, b) => a.needBytes / a.haveBytes - b.needBytes / b.haveBytes,
  );
  if (nearest === undefined || needs.some(({ needBytes, haveBytes }) => needBytes <= haveBytes)) {
    return [];
  }
  const isSmallest =
    needs.length > 1 &&
    runnable(model, fleet).every((name) => needs.some(({ quantization }) => quantization === name));
  return [{ code: "fleet-short", ...nearest, isSmallest }];
}

/**
 * Every rule that was broken, each once. Where some layouts were legal but too large, that others are not is
 * no news; where no precision runs, no layout matters; of several numbers of cards, the least is said. Where hosts can't
 * load what their cards would hold, the one that comes nearest to it is said, and no other layout.
 */
function illegal(dropped: readonly Reason[]): readonly Reason[] {
  if (dropped.some((reason) => reason.code === "memory-short")) {
    return [];
  }
  const loads = dropped
    .filter((reason) => reason.code === "host-memory-short")
    .toSorted((a, b) => a.needBytes - a.haveBytes - (b.needBytes - b.haveBytes));
  if (loads.length > 0) {
    return loads.slice(0, 1);
  }
  const unsupported = dropped.filter((reason) => reason.code === "precision-unsupported");
  const said =
    unsupported.length > 0
      ? unsupported
      : [...dropped.filter(({ code }) => code !== "too-few-cards"), ...fewestCards(dropped)];
  return [...new Map(said.map((reason) => [JSON.stringify(reason), reason])).values()];
}

/** The layout that takes fewest cards, of those that take more than there are. */
function fewestCards(dropped: readonly Reason[]): readonly Reason[] {
  return dropped
    .filter((reason) => reason.code === "too-few-cards")
    .toSorted((a, b) => a.ranks * a.stages - b.ranks * b.stages)
    .slice(0, 1);
}

/** The layout that comes nearest to fitting, of one precision where that is given. */
export function leastShort(
  dropped: readonly Reason[],
  quantization: string | undefined,
): readonly MemoryShort[] {
  const short = dropped
    .filter((reason) => reason.code === "memory-short")
    .filter((reason) => quantization === undefined || reason.quantization === quantization);
  return short.sort((a, b) => a.needBytes - a.haveBytes - (b.needBytes - b.haveBytes)).slice(0, 1);
}
