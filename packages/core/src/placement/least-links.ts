import type { FleetGpu } from "../hardware/fleet.ts";
import type { LinkWeakness } from "../hardware/link-weakness.ts";
import type { CardClass } from "./card-classes.ts";
import type { Layout } from "./layout.ts";
import { crossingsOf, GROUP_TIMES } from "./links-crossed.ts";

/** Least that the links of any placement of a layout can count. */
export type LeastLinks = (layout: Layout) => number;

/** Sets of cards that are looked at for one size of group: all of 16 cards' halves. Beyond, pairs are counted alone. */
const MOST_SETS = 13_000;

/**
 * What the layout's classes allow at best, every group and every pair of stages by itself: no placement crosses
 * fewer links.
 */
export function leastLinksIn(weakness: LinkWeakness): LeastLinks {
  const known = new Map<string, number>();
  const once = (key: string, value: () => number): number => {
    const number = known.get(key) ?? value();
    known.set(key, number);
    return number;
  };
  const pair = (a: CardClass, b: CardClass): number =>
    once(`${a.id} ${b.id}`, () => leastPair(a.gpus, b.gpus, weakness));
  const group = (one: CardClass, ranks: number): number =>
    once(`${one.id} × ${ranks}`, () => leastGroup(one.gpus, ranks, weakness));
  return (layout) => {
    const classOf = layout.stages.flatMap((stage) =>
      stage.flatMap(({ cardClass, ranks }) => Array.from({ length: ranks }, () => cardClass)),
    );
    const parts = layout.stages.flat();
    const within = parts.reduce(
      (sum, part) => sum + GROUP_TIMES * group(part.cardClass, part.ranks),
      0,
    );
    return crossingsOf(layout.tp, classOf.length).reduce((sum, { from, to, times }) => {
      const [a, b] = [classOf[from], classOf[to]];
      const isGroup = Math.floor(from / layout.tp) === Math.floor(to / layout.tp);
      return a === undefined || b === undefined || (isGroup && a === b)
        ? sum
        : sum + times * pair(a, b);
    }, within);
  };
}

/** The weakness of the strongest link between two of these cards. */
function leastPair(
  some: readonly FleetGpu[],
  others: readonly FleetGpu[],
  weakness: LinkWeakness,
): number {
  let least = Number.POSITIVE_INFINITY;
  for (const a of some) {
    for (const b of others) {
      least = a.id === b.id || least === 0 ? least : Math.min(least, weakness(a, b));
    }
  }
  return Number.isFinite(least) ? least : 0;
}

/** The least sum over the pairs of so many of these cards. */
function leastGroup(cards: readonly FleetGpu[], ranks: number, weakness: LinkWeakness): number {
  if (ranks < 2) {
    return 0;
  }
  const alone = ((ranks * (ranks - 1)) / 2) * leastPair(cards, cards, weakness);
  return countSets(cards.length, ranks) > MOST_SETS
    ? alone
    : leastSum({ cards, ranks, weakness, alone }, [], { from: 0, sum: 0 });
}

interface Group {
  readonly cards: readonly FleetGpu[];
  readonly ranks: number;
  readonly weakness: LinkWeakness;
  /** No set has less. */
  readonly alone: number;
}

/** The least sum of the sets that begin with the cards picked. */
function leastSum(
  group: Group,
  picked: readonly FleetGpu[],
  at: { readonly from: number; readonly sum: number },
): number {
  const { cards, ranks, weakness, alone } = group;
  if (picked.length === ranks) {
    return at.sum;
  }
  let least = Number.POSITIVE_INFINITY;
  for (let i = at.from; i + ranks - picked.length <= cards.length && least > alone; i += 1) {
    const card = cards[i] as FleetGpu;
    const sum = picked.reduce((own, other) => own + weakness(other, card), at.sum);
    if (sum < least) {
      least = Math.min(least, leastSum(group, [...picked, card], { from: i + 1, sum }));
    }
  }
  return least;
}

function countSets(cards: number, ranks: number): number {
  return Array.from({ length: ranks }, (_, i) => (cards - i) / (i + 1)).reduce((a, b) => a * b, 1);
}
