import { gpuById, gpuIds } from "../catalog/catalog.ts";
import { canRun } from "../engine/engine.ts";
import type { Fleet, FleetGpu } from "../hardware/fleet.ts";
import { type GpuSpec, hasPeersOutOfTheBox } from "../hardware/gpu.ts";
import type { StoredWeights } from "../model/quantization.ts";
import { mayUse } from "../placement/card-classes.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { bytes } from "../units/units.ts";
import { weightsOf } from "./estimate-request.ts";
import { leastNeed } from "./least-need.ts";
import { runnable } from "./planned-models.ts";
import {
  ANY_PP,
  ANY_TP,
  type Attempt,
  type Family,
  layoutText,
  type RemedyKind,
} from "./remedy.ts";

/** Cards to add at most; beyond, a remedy is no help. */
const MOST_ADDED = 16;

/** Another card must hold this many times what the largest of the fleet holds to be worth its name. */
const MUCH_LARGER = 1.25;

/** More cards of the kind that holds most of those it may use, from few to many, in the layout asked for or any. */
export const moreCards: Family = {
  kind: "cards",
  *attempts({ model, fleet }, found) {
    const own = fleet.gpus.filter((gpu) => mayUse(model, gpu));
    const roomiest = [...own].sort((a, b) => roomOf(b) - roomOf(a))[0];
    if (roomiest === undefined) {
      return;
    }
    const { uuid: _, ...like } = { ...roomiest, index: nextIndex(fleet, roomiest.host) };
    const free = { ...model, tp: ANY_TP, pp: ANY_PP };
    const tried = weightsToTry(model, fleet, found).map((weights) => ({
      weights,
      needBytes: needBytes(free, weights, like),
    }));
    for (let added = 1; added <= MOST_ADDED; added += 1) {
      for (const { weights, needBytes: need } of tried) {
        if (need <= roomWith(model, { like, added, weights, cards: own })) {
          yield* layoutsWith(model, { like, added, weights, cards: own });
        }
      }
    }
  },
};

/** Other cards of the catalogue, from small to large, as many as the layout asked for has ranks, in a host of their own. */
export const largerCards: Family = {
  kind: "larger-cards",
  *attempts({ model, fleet }, found) {
    const added = Math.min(...model.tp) * Math.min(...model.pp);
    const most = Math.max(0, ...fleet.gpus.map((gpu) => gpu.memory));
    const specs = gpuIds()
      .flatMap((id) => gpuById(id) ?? [])
      .filter((spec) => spec.cudaVisible.value > MUCH_LARGER * most);
    for (const spec of specs.sort((a, b) => a.cudaVisible.value - b.cudaVisible.value)) {
      const like = cardLike(spec);
      for (const weights of weightsToTry(model, { ...fleet, gpus: [like] }, found)) {
        if (needBytes(model, weights, like) > added * roomOf(like)) {
          continue;
        }
        yield addition(model, {
          like,
          added,
          weights,
          sizes: { tp: [Math.min(...model.tp)], pp: [Math.min(...model.pp)] },
        });
      }
    }
  },
};

/** Index of the first card that is added to a host. */
function nextIndex(fleet: Fleet, host: string): number {
  return 1 + Math.max(...fleet.gpus.filter((gpu) => gpu.host === host).map(({ index }) => index));
}

interface Room {
  /** A card as they will be, with the index of the first of them. */
  readonly like: FleetGpu;
  readonly added: number;
  readonly weights: StoredWeights;
  /** The cards that it may use now. */
  readonly cards: readonly FleetGpu[];
}

/** The layout asked for, then the usual ones, then those that take every card; only such as may have room. */
function* layoutsWith(model: PlannedModel, room: Room): Iterable<Attempt> {
  const { like, added, weights, cards } = room;
  const inHost = cards.filter((gpu) => gpu.host === like.host).length + added;
  const deep = ANY_TP.map((tp) => ({ tp: [tp], pp: [Math.floor(inHost / tp)] })).filter(({ pp }) =>
    pp.every((stages) => stages > Math.max(...ANY_PP)),
  );
  for (const sizes of [model, { tp: ANY_TP, pp: ANY_PP }, ...deep]) {
    if (mayHold(model, sizes, room)) {
      yield addition(model, { like, added, weights, sizes });
    }
  }
}

/** Whether in one of these layouts as many of the roomiest cards as it has ranks hold what it takes at least. */
function mayHold(
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
function roomWith(model: PlannedModel, { like, added, weights, cards }: Room): number {
  const able = cards.filter((gpu) =>
    canRun(model.engine, weights.quantization, gpu.computeCapability),
  );
  return [...able, ...Array.from({ length: added }, () => like)].reduce(
    (sum, gpu) => sum + roomOf(gpu),
    0,
  );
}

function roomOf(gpu: FleetGpu): number {
  return Math.max(0, gpu.memory - gpu.usedByOthers - gpu.reserve);
}

/** Infinite where the card has no kernels for it. */
function needBytes(model: PlannedModel, weights: StoredWeights, gpu: FleetGpu): number {
  return leastNeed(model, weights, gpu.computeCapability)?.needBytes ?? Number.POSITIVE_INFINITY;
}

/** What was asked for; what else the cards can run only where no change of precision is enough. */
function weightsToTry(
  model: PlannedModel,
  fleet: Fleet,
  found: ReadonlySet<RemedyKind>,
): readonly StoredWeights[] {
  const asked = model.weights.filter(({ quantization }) =>
    fleet.gpus.some((gpu) => canRun(model.engine, quantization, gpu.computeCapability)),
  );
  if (found.has("precision") || found.has("precision-and-layout")) {
    return asked;
  }
  const names = new Set(asked.map(({ quantization }) => quantization));
  const anyCard = { ...model, gpus: fleet.gpus.map(({ id }) => id) };
  const others = runnable(anyCard, fleet).filter((quantization) => !names.has(quantization));
  return [
    ...asked,
    ...others.map((quantization) => weightsOf(model.name, model.spec, quantization)),
  ];
}

function cardLike(spec: GpuSpec): FleetGpu {
  return {
    id: "new",
    host: NEW_HOST,
    index: 0,
    catalogId: spec.id,
    name: spec.name,
    computeCapability: spec.computeCapability,
    memory: spec.cudaVisible.value,
    usedByOthers: bytes(0),
    reserve: bytes(0),
    peerToPeer: hasPeersOutOfTheBox(spec) ? spec.peerToPeer : "none",
  };
}

const NEW_HOST = "new-host";

interface Addition {
  readonly like: FleetGpu;
  readonly added: number;
  readonly weights: StoredWeights;
  readonly sizes: Pick<PlannedModel, "tp" | "pp">;
}

function addition(model: PlannedModel, { like, added, weights, sizes }: Addition): Attempt {
  const cards = Array.from({ length: added }, (_, i) => ({
    ...like,
    id: `${like.host}:${like.index + i}`,
    index: like.index + i,
    usedByOthers: bytes(0),
  }));
  const { quantization } = weights;
  const isAsked = model.weights.some((each) => each.quantization === quantization);
  const where = like.host === NEW_HOST ? "in a host of their own" : `to ${like.host}`;
  return {
    change: {
      addGpus: [{ host: like.host, gpu: like.catalogId, count: added }],
      ...(isAsked ? {} : { quantization }),
      ...(sizes.tp === model.tp && sizes.pp === model.pp ? {} : { tp: sizes.tp, pp: sizes.pp }),
      ...(model.gpus === undefined
        ? {}
        : { gpus: [...model.gpus, ...cards.map((card) => card.id)] }),
    },
    cards,
    model: (own) => ({
      ...own,
      tp: sizes.tp,
      pp: sizes.pp,
      weights: [weights],
      ...(own.gpus === undefined ? {} : { gpus: [...own.gpus, ...cards.map((card) => card.id)] }),
    }),
    say: (placed) =>
      `Add ${added} ${like.name} ${where} and run it at ${quantization}: ${layoutText(model, placed)}.`,
  };
}
