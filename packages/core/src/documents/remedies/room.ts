import { canRun } from "../../engine/engine.ts";
import type { Fleet, FleetGpu } from "../../hardware/fleet.ts";
import type { StoredWeights } from "../../model/quantization.ts";
import { mayUse } from "../../placement/card-classes.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import type { Demand } from "../../placement/problem.ts";
import { weightsOf } from "../estimate-request.ts";
import { leastNeed } from "../least-need.ts";
import { runnable } from "../planned-precisions.ts";
import { changedBy } from "./changed.ts";
import { ANY_PP, ANY_TP, type Attempt, type Refused } from "./remedy.ts";

export interface Room {
  /** A card as they will be, with the index of the first of them. */
  readonly like: FleetGpu;
  readonly added: number;
  readonly weights: StoredWeights;
  /** The cards that it may use now. */
  readonly cards: readonly FleetGpu[];
}

/** With fewer, all that are to be placed take more than the cards have. */
export function fewestAdded({ model, fleet, models, placed }: Refused, like: FleetGpu): number {
  const left = new Set(placed.solution.unplaced);
  const others = placed.enumerations.filter((_, i) => !left.has(models[i]?.name ?? ""));
  const need = Math.min(
    ...runnable(model, { ...fleet, gpus: [...fleet.gpus, like] }).map((quantization) =>
      needBytes(
        { ...model, tp: ANY_TP, pp: ANY_PP },
        weightsOf(model.name, model.spec, quantization),
        like,
      ),
    ),
  );
  const taken = others.reduce((sum, { demand }) => sum + leastBytes(demand), 0);
  const room = fleet.gpus.reduce((sum, gpu) => sum + roomOf(gpu), 0);
  const short = need * model.replicas + taken - room;
  return Number.isFinite(short) ? Math.max(1, Math.ceil(short / roomOf(like))) : 1;
}

/** What all replicas take together in the option that takes least. */
function leastBytes({ options, replicas, least }: Demand): number {
  const sequences = Math.max(1, Math.ceil(least / replicas));
  const each = options.map(({ stages }) =>
    stages.reduce(
      (sum, { ranks, fixed, perSequence }) => sum + ranks * (fixed + sequences * perSequence),
      0,
    ),
  );
  return each.length === 0 ? 0 : replicas * Math.min(...each);
}

/** Whether all cards have the bytes that everyone takes at least after the change: where not, no search is needed. */
export function mayFit(refused: Refused, attempt: Attempt): boolean {
  const { model, models, placed } = refused;
  const changed = changedBy(refused, attempt);
  const left = new Set(placed.solution.unplaced);
  const known = new Map(models.map((each, i) => [each, placed.enumerations[i]?.demand]));
  const taken = changed.models.map((each) => {
    const demand = known.get(each);
    if (each.name !== model.name && left.has(each.name)) {
      return 0;
    }
    return demand === undefined || demand.options.length === 0
      ? leastAlone(each, changed.fleet)
      : leastBytes(demand);
  });
  const room = changed.fleet.gpus.reduce((sum, gpu) => sum + roomOf(gpu), 0);
  return taken.reduce((sum, bytes) => sum + bytes, 0) <= room;
}

/** What all replicas take, each on one card: cut over several they take more. Infinite where no card runs it. */
function leastAlone(model: PlannedModel, { gpus }: Fleet): number {
  const cards = gpus.filter((gpu) => mayUse(model, gpu));
  const kinds = [...new Map(cards.map((gpu) => [gpu.computeCapability, gpu])).values()];
  const alone = { ...model, tp: [1], pp: [1] };
  const needs = model.weights.flatMap((weights) =>
    kinds.map((gpu) => needBytes(alone, weights, gpu)),
  );
  return model.replicas * Math.min(...needs);
}

/** The weights of one replica in the precision that it likes best, uncut. */
export function weightBytesOf(model: PlannedModel, { gpus }: Fleet): number {
  const alone = { ...model, tp: [1], pp: [1] };
  const bytes = model.weights
    .slice(0, 1)
    .flatMap((weights) =>
      gpus.flatMap((gpu) => leastNeed(alone, weights, gpu.computeCapability)?.weightBytes ?? []),
    );
  return bytes[0] ?? 1;
}

/** Whether in one of these layouts as many of the roomiest cards as it has ranks hold what it takes at least. */
export function mayHold(
  model: PlannedModel,
  { tp, pp }: Pick<PlannedModel, "tp" | "pp">,
  { like, added, weights, cards }: Room,
): boolean {
  const rooms = [...cards, ...Array.from({ length: added }, () => like)]
    .map(roomOf)
    .sort((a, b) => b - a);
  return tp.some((ranks) =>
    pp.some((stages) => {
      const room = rooms.slice(0, ranks * stages).reduce((sum, one) => sum + one, 0);
      return layoutNeed(model, { ranks, stages, weights, like }) <= room;
    }),
  );
}

/** Asked again for each number of cards, and the same each time. */
function layoutNeed(
  model: PlannedModel,
  at: Pick<Room, "weights" | "like"> & { readonly ranks: number; readonly stages: number },
): number {
  const answers = layoutNeeds.get(model) ?? new Map<string, number>();
  layoutNeeds.set(model, answers);
  const { ranks, stages, weights, like } = at;
  const key = `${weights.quantization} ${ranks} ${stages} ${like.computeCapability}`;
  const need =
    answers.get(key) ?? needBytes({ ...model, tp: [ranks], pp: [stages] }, weights, like);
  answers.set(key, need);
  return need;
}

const layoutNeeds = new WeakMap<PlannedModel, Map<string, number>>();

/** Room on all cards that can run the precision, the added ones among them. */
export function roomWith(model: PlannedModel, { like, added, weights, cards }: Room): number {
  const able = cards.filter((gpu) =>
    canRun(model.engine, weights.quantization, gpu.computeCapability),
  );
  return [...able, ...Array.from({ length: added }, () => like)].reduce(
    (sum, gpu) => sum + roomOf(gpu),
    0,
  );
}

export function roomOf(gpu: FleetGpu): number {
  return Math.max(0, gpu.memory - gpu.usedByOthers - gpu.reserve);
}

/** Infinite where the card has no kernels for it. */
export function needBytes(model: PlannedModel, weights: StoredWeights, gpu: FleetGpu): number {
  return leastNeed(model, weights, gpu.computeCapability)?.needBytes ?? Number.POSITIVE_INFINITY;
}
