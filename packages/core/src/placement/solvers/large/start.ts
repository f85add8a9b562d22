import type { Ratio } from "../levels.ts";
import type { OptionsTaken } from "../patterns/dive-ways.ts";
import { keepPlaces, type Target, targetAt } from "./at-share.ts";
import { insert } from "./insert.ts";
import { Packing } from "./packing.ts";
import { type Placing, placeByWorth } from "./place-by-worth.ts";
import type { Random } from "./random.ts";
import type { LargeSearch } from "./search.ts";
import type { Steps } from "./steps.ts";
import { type PriceOf, type Way, wayBy } from "./ways.ts";

/** A packing to repair, and who has no place in it, the largest last. */
export interface Start {
  readonly target: Target;
  readonly queue: number[];
}

interface At {
  readonly models: readonly number[];
  readonly share: Ratio;
  readonly before: Packing;
}

/** On more cards a packing made at prices takes long, and those by what room is worth reach more in the same time. */
const FEW_CARDS = 128;
/** Tries by what room is worth, and how far the sizes that order them are shaken; a tenth was worse on a fleet of 1,024 cards. */
const TRIES = 4;
const MOST_SHAKE = 0.3;
const SHAKES = 1000;

/**
 * The packing at this share that leaves least without a place: a new one by what room is worth; the one reached, with
 * what no longer fits put elsewhere; or, on few cards, a new one at each of the prices, largest replicas first.
 * Undefined where a model has no way.
 */
export function* bestStart(search: LargeSearch, at: At): Steps<Start | undefined> {
  const quick = bestByWorth(search, at);
  if (quick?.queue.length === 0) {
    return quick;
  }
  const taken = yield* search.dives?.optionsAt(at.models, at.share) ?? none();
  const chosen = taken && bestByWorth(search, at, taken);
  const worthy = [quick, chosen].reduce((best, start) =>
    start === undefined ? best : better(search, best, start),
  );
  if (worthy?.queue.length === 0) {
    return worthy;
  }
  const [first] = search.pricings;
  const empty = new Packing(search.sites, []);
  const isFew = search.fleet.problem.cards.length <= FEW_CARDS;
  const priced = (isFew ? search.pricings : []).flatMap((priceOf) =>
    startFrom({ ...search, priceOf }, { ...at, before: empty }),
  );
  const kept = startFrom({ ...search, priceOf: first ?? search.priceOf }, at);
  return [...kept, ...priced].reduce<Start | undefined>(
    (best, start) => better(search, best, start),
    worthy,
  );
}

function better({ priceOf }: LargeSearch, best: Start | undefined, start: Start): Start {
  return best === undefined || leftIn(priceOf, start) < leftIn(priceOf, best) ? start : best;
}

function* none(): Steps<undefined> {
  yield undefined;
}

/**
 * The best of some tries by what room is worth: the first in order of size, others in orders near it. Where options are
 * chosen, replicas go by these as long as there is room, and by any then.
 */
function bestByWorth(search: LargeSearch, at: At, taken?: OptionsTaken): Start | undefined {
  let best: Start | undefined;
  for (const worth of search.worths) {
    for (let i = 0; i < TRIES && best?.queue.length !== 0 && search.effort.left > 0; i += 1) {
      const shake = i === 0 ? () => 1 : () => 1 + shakeBy(search.random);
      for (const start of startByWorth(search, at, { worth, shake, taken })) {
        best = better(search, best, start);
      }
    }
  }
  return best;
}

/** From -MOST_SHAKE to MOST_SHAKE. */
function shakeBy(random: Random): number {
  return ((2 * random.below(SHAKES)) / SHAKES - 1) * MOST_SHAKE;
}

function startByWorth(
  search: LargeSearch,
  at: At,
  by: Pick<Placing, "worth" | "shake"> & { readonly taken: OptionsTaken | undefined },
): Start[] {
  const target = targetAt(search, at);
  if (target === undefined) {
    return [];
  }
  const items = target.packing.items.map((_, item) => item);
  search.effort.spend(Number.POSITIVE_INFINITY, items.length);
  const chosen = by.taken && chosenWays(search, target, by.taken);
  const left = chosen ? placeByWorth(target, items, { ...by, chosen }).reverse() : items;
  return [{ target, queue: placeByWorth(target, left, by) }];
}

/** By item, the way of the option that was taken for it; none where no host has its cards. */
function chosenWays(
  { sites, priceOf }: LargeSearch,
  { packing, levels }: Target,
  taken: OptionsTaken,
): ReadonlyMap<number, Way> {
  const { demands } = sites.fleet.problem;
  const chosen = packing.items.flatMap(({ model, replica }, item): [number, Way][] => {
    const demand = demands[model];
    const i = taken.get(model)?.[replica] ?? -1;
    const option = demand?.options[i];
    const level = levels.get(model) ?? 1;
    const way = demand && option && wayBy(sites, { demand, level, option, i, priceOf });
    return way === undefined ? [] : [[item, way]];
  });
  return new Map(chosen);
}

function startFrom(search: LargeSearch, at: At): Start[] {
  const target = targetAt(search, at);
  if (target === undefined) {
    return [];
  }
  const { packing, ways } = target;
  const waiting = keepPlaces(target, at.before).reverse();
  const queue = waiting.filter(
    (item) => !insert(packing, item, ways.get(packing.items[item]?.model ?? -1) ?? []),
  );
  return [{ target, queue: queue.reverse() }];
}

/** What those without a place would take, by one way to count for all. */
function leftIn(priceOf: PriceOf, { target, queue }: Start): number {
  return queue.reduce((sum, item) => {
    const runs = target.ways.get(target.packing.items[item]?.model ?? -1)?.[0]?.runs ?? [];
    return runs.reduce(
      (all, { cardClass, need, count }) => all + count * priceOf(cardClass, need),
      sum,
    );
  }, 0);
}
