import { gpuById, gpuIds } from "../../catalog/catalog.ts";
import { canRun } from "../../engine/engine.ts";
import type { Fleet, FleetGpu } from "../../hardware/fleet.ts";
import type { StoredWeights } from "../../model/quantization.ts";
import { hasGroups } from "../../model/weight-format.ts";
import { mayUse } from "../../placement/card-classes.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { bytes } from "../../units/units.ts";
import { weightsOf } from "../estimate-request.ts";
import { runnable } from "../planned-precisions.ts";
import { addition, cardInNewHost, withAny } from "./addition.ts";
import { lastThatHolds } from "./dial.ts";
import {
  ANY_PP,
  ANY_TP,
  type Attempt,
  type Family,
  type Looking,
  type RemedyKind,
} from "./remedy.ts";
import { fewestAdded, mayHold, needBytes, type Room, roomOf, roomWith } from "./room.ts";

/** Cards to add at most; beyond, a remedy is no help. */
const MOST_ADDED = 16;

/** Another card must hold this many times what the largest of the fleet holds to be worth its name. */
const MUCH_LARGER = 1.25;

/** More cards of the kind that holds most of those it may use, from few to many, in the layout asked for or any. */
export const moreCards: Family = {
  *attempts(refused, looking) {
    const { found } = looking;
    const { model, fleet } = refused;
    const own = fleet.gpus.filter((gpu) => mayUse(model, gpu));
    const roomiest = [...own].sort((a, b) => roomOf(b) - roomOf(a))[0];
    if (roomiest === undefined) {
      return;
    }
    const like = oneMoreLike(roomiest, fleet);
    const free = { ...model, tp: ANY_TP, pp: ANY_PP };
    const tried = weightsToTry(model, fleet, found).map((weights) => ({
      weights,
      needBytes: needBytes(free, weights, like),
    }));
    const smallest = smallestOf(tried);
    const inHost = own.filter((gpu) => gpu.host === like.host).length;
    const counts = countsFrom(fewestAdded(refused, like)).map((added) => ({
      added,
      ...withAny(model, { like, added, sizes: looseSizes(model, inHost + added) }, smallest),
    }));
    for (const { added, looser } of enough(counts, looking)) {
      const rooms = tried
        .map((one) => ({ ...one, room: { like, added, weights: one.weights, cards: own } }))
        .filter((one) => one.needBytes <= roomWith(model, one.room));
      for (const { room } of rooms) {
        for (const attempt of layoutsWith(model, room, found.has("layout"))) {
          yield { ...attempt, ...(looser === undefined ? {} : { looser }) };
        }
      }
    }
  },
};

function countsFrom(fewest: number): readonly number[] {
  return Array.from({ length: Math.max(0, MOST_ADDED + 1 - fewest) }, (_, i) => fewest + i);
}

/** A number of cards to add, and the loosest way to use them. */
interface Count {
  readonly added: number;
  readonly looser?: Attempt;
}

/** Counts that are tried one by one, from the fewest: a layout that takes every card may suit one and not the next. */
const MOST_SCANNED = 4;

/**
 * The counts from the fewest cards with which there is room. Once a search leaves one open, and where none of the
 * smallest will do, only room beside the others is looked for: the more cards, the longer a search.
 */
function enough(counts: readonly Count[], { hasRoom, glance }: Looking): readonly Count[] {
  const isRoomy = ({ looser }: Count): boolean => looser !== undefined && hasRoom(looser);
  let isOpen = false;
  const scanned = counts.slice(0, MOST_SCANNED).find((count) => {
    const verdict = isOpen || count.looser === undefined ? undefined : glance(count.looser);
    isOpen ||= verdict === "unknown";
    return verdict === undefined ? isRoomy(count) : verdict === "feasible";
  });
  const more = counts.slice(MOST_SCANNED).toReversed();
  const first =
    scanned ??
    lastThatHolds(
      more.map((one) => () => one),
      isRoomy,
    );
  return first === undefined ? [] : counts.slice(counts.indexOf(first));
}

/** Other cards of the catalogue, from small to large, as many as the layout asked for has ranks, in a host of their own. */
export const largerCards: Family = {
  *attempts({ model, fleet }, { found }) {
    const added = Math.min(...model.tp) * Math.min(...model.pp);
    const most = Math.max(0, ...fleet.gpus.map((gpu) => gpu.memory));
    const specs = gpuIds()
      .flatMap((id) => gpuById(id) ?? [])
      .filter((spec) => spec.cudaVisible.value > MUCH_LARGER * most);
    const sizes = { tp: [Math.min(...model.tp)], pp: [Math.min(...model.pp)] };
    const triedOn = (like: FleetGpu): readonly Tried[] =>
      weightsToTry(model, { ...fleet, gpus: [like] }, found)
        .map((weights) => ({ weights, needBytes: needBytes(model, weights, like) }))
        .filter((one) => one.needBytes <= added * roomOf(like));
    const ascending = specs.sort((a, b) => a.cudaVisible.value - b.cudaVisible.value);
    // what does not work with the largest card that runs the same kernels works with none
    const largest = new Map(
      ascending.map((spec) => [spec.computeCapability, cardInNewHost(spec, fleet)]),
    );
    const loosest = new Map(
      [...largest].map(([capability, like]) => [
        capability,
        besideAny(withAny(model, { like, added, sizes }, smallestOf(triedOn(like)))),
      ]),
    );
    for (const spec of ascending) {
      const like = cardInNewHost(spec, fleet);
      for (const { weights } of triedOn(like)) {
        const looser = loosest.get(spec.computeCapability);
        yield { ...addition(model, { like, added, weights, sizes }), ...looser, isBeside: true };
      }
    }
  },
};

function besideAny({ looser }: Pick<Attempt, "looser">): Pick<Attempt, "looser"> {
  return looser === undefined ? {} : { looser: { ...looser, isBeside: true } };
}

/** The first card that is added to this one's host: of its kind, and with what the host's cards have in common. */
function oneMoreLike({ uuid: _, labels = [], ...card }: FleetGpu, { gpus }: Fleet): FleetGpu {
  const beside = gpus.filter(({ host }) => host === card.host);
  const shared = labels.filter((label) => beside.every((gpu) => gpu.labels?.includes(label)));
  return {
    ...card,
    index: 1 + Math.max(...beside.map(({ index }) => index)),
    reserve: bytes(Math.max(...beside.map(({ reserve }) => reserve))),
    ...(shared.length === 0 ? {} : { labels: shared }),
  };
}

interface Tried {
  readonly weights: StoredWeights;
  readonly needBytes: number;
}

/** The precision that takes least, and the one that takes least of those that every cut over ranks suits. */
function smallestOf(tried: readonly Tried[]): readonly StoredWeights[] {
  const sorted = tried.toSorted((a, b) => a.needBytes - b.needBytes).map(({ weights }) => weights);
  const whole = sorted.filter(({ quantization }) => !hasGroups(quantization));
  return [...new Set([...sorted.slice(0, 1), ...whole.slice(0, 1)])];
}

/** Sizes that take none of the usual ones away, and those that take every card of the host. */
function looseSizes(model: PlannedModel, inHost: number): Pick<PlannedModel, "tp" | "pp"> {
  const deep = ANY_TP.map((tp) => Math.floor(inHost / tp)).filter((stages) => stages > 0);
  return {
    tp: [...new Set([...model.tp, ...ANY_TP])],
    pp: [...new Set([...model.pp, ...ANY_PP, ...deep])],
  };
}

/**
 * The layout asked for, then the usual ones, then those that take every card; only such as may have room. Only the first
 * where another layout is enough without the cards.
 */
function* layoutsWith(model: PlannedModel, room: Room, isAskedOnly: boolean): Iterable<Attempt> {
  const { like, added, weights, cards } = room;
  const inHost = cards.filter((gpu) => gpu.host === like.host).length + added;
  const deep = ANY_TP.map((tp) => ({ tp: [tp], pp: [Math.floor(inHost / tp)] })).filter(({ pp }) =>
    pp.every((stages) => stages > Math.max(...ANY_PP)),
  );
  const others = isAskedOnly ? [] : [{ tp: ANY_TP, pp: ANY_PP }, ...deep];
  for (const sizes of [model, ...others]) {
    if (mayHold(model, sizes, room)) {
      yield addition(model, { like, added, weights, sizes });
    }
  }
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
  if (found.has("precision")) {
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
