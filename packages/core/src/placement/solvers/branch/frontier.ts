import type { Slot } from "./fill-exactly.ts";

/** What can be reached with room: of two neighbours the later one needs more, and is worth more. */
export interface Frontier {
  readonly needs: readonly number[];
  readonly worths: readonly number[];
}

/** Sums of needs are rounded: by less than this part of the room. */
const ROUNDING = 1e-12;

/**
 * For each group, what it and all after it are worth at most, by the room they have: exactly, where models may share
 * every card. Undefined for groups in front of which there would be more than `most` steps.
 */
export function frontiersOf(
  groups: readonly { readonly slots: readonly Slot[] }[],
  room: number,
  most: number,
): readonly (Frontier | undefined)[] {
  const found: (Frontier | undefined)[] = groups.map(() => undefined);
  let last: Frontier = { needs: [0], worths: [0] };
  for (let i = groups.length - 1; i >= 0 && last.needs.length <= most; i -= 1) {
    last = joined(last, groups[i]?.slots ?? [], room * (1 + ROUNDING));
    found[i] = last;
  }
  return found;
}

/** The most that so much room can be worth. */
export function worthOf({ needs, worths }: Frontier, room: number): number {
  const limit = room * (1 + ROUNDING);
  let [low, high] = [0, needs.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((needs[middle] as number) <= limit) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return worths[low] as number;
}

/** With one slot of these at most besides. */
function joined({ needs, worths }: Frontier, slots: readonly Slot[], room: number): Frontier {
  const all = [{ need: 0, worth: 0 }, ...slots]
    .flatMap((slot) =>
      needs.map((need, i) => ({
        need: need + slot.need,
        worth: (worths[i] as number) + slot.worth,
      })),
    )
    .filter(({ need }) => need <= room)
    .sort((a, b) => a.need - b.need || b.worth - a.worth);
  let dearest = Number.NEGATIVE_INFINITY;
  const steps = all.filter(({ worth }) => {
    const isDearer = worth > dearest;
    dearest = Math.max(dearest, worth);
    return isDearer;
  });
  return { needs: steps.map(({ need }) => need), worths: steps.map(({ worth }) => worth) };
}
