import type { Work } from "../../../placement/work.ts";
import { powersTo } from "../mixes.ts";
import type { ReplicaWay } from "../replica-ways.ts";
import { allCarry } from "./all-carry.ts";
import { cardKey, seatings } from "./seats.ts";
import { priceOf, type SharedCard, type SharingModel } from "./shared-cards.ts";

/** Asking the laws once whether all models carry their rates takes about as long as so many states of a search. */
const UNITS_PER_ASK = 10;

/**
 * Replicas of all models that carry their rates on cards that cost no more than so much, and may be shared, in every way
 * until the work is over. One model after another gets replicas of one precision and layout, one by one, until all so far carry
 * theirs.
 */
export function* fittingTogether(
  models: readonly SharingModel[],
  cards: readonly SharedCard[],
  { most, work }: { readonly most: number; readonly work: Work },
): Generator<readonly SharedCard[]> {
  const seen = new Set<string>();
  yield* sized(0, cards);

  function* sized(at: number, on: readonly SharedCard[]): Generator<readonly SharedCard[]> {
    const model = models[at];
    if (model === undefined) {
      yield on;
      return;
    }
    for (const group of model.groups) {
      const room = Math.max(0, ...group.map((way) => way.room));
      for (const each of powersTo(room)) {
        yield* grown({ at, model, group, each }, 0, on);
      }
    }
  }

  function* grown(
    growing: Growing,
    replicas: number,
    on: readonly SharedCard[],
  ): Generator<readonly SharedCard[]> {
    const { at, model } = growing;
    if (replicas >= model.leastReplicas && doCarry(on)) {
      yield* sized(at + 1, on);
    }
    if (replicas < model.mostReplicas) {
      for (const next of withOneMore(growing, on)) {
        yield* grown(growing, replicas + 1, next);
      }
    }
  }

  function* withOneMore(
    { at, model, group, each }: Growing,
    on: readonly SharedCard[],
  ): Generator<readonly SharedCard[]> {
    const fitting = group.filter((way) => way.room >= each && !work.isOver);
    for (const next of fitting.flatMap((way) => seatings(on, { model, way, each }))) {
      work.spend(1);
      const key = `${at} ${each} ${next.map(hostedKey).sort().join(";")}`;
      if (!seen.has(key) && priceOf(next) <= most && !work.isOver) {
        seen.add(key);
        yield next;
      }
    }
  }

  function doCarry(on: readonly SharedCard[]): boolean {
    work.spend(UNITS_PER_ASK);
    return !work.isOver && allCarry(on);
  }
}

interface Growing {
  readonly at: number;
  readonly model: SharingModel;
  readonly group: readonly ReplicaWay[];
  readonly each: number;
}

function hostedKey(card: SharedCard): string {
  return `${card.host} ${cardKey(card)}`;
}
