import { bytesOf } from "../choice.ts";
import type { Listed } from "./ways.ts";

/** How much sooner groups of each level are asked about than ways of as many bytes. */
const GROUP_FIRST: readonly number[] = [1000, 100, 10, 3];

/** Values this close to whole numbers are whole: HiGHS' tolerance is 1e-7. */
export const WHOLE = 1e-6;

/** What is furthest from a whole number, weighted by its size; -1 where all are whole. */
export function mostBroken(taken: Float64Array, sizes: readonly number[]): number {
  let best = -1;
  let most = 0;
  taken.forEach((value, position) => {
    const part = value - Math.floor(value + WHOLE);
    const broken = Math.min(part, 1 - part) * (sizes[position] ?? 0);
    if (part > WHOLE && broken > most) {
      best = position;
      most = broken;
    }
  });
  return best;
}

/** Prices of cards are asked first, then states, then groups from large to small, then ways, each kind by its bytes. */
export function sizesIn({ ways, states, groups, classes }: Listed): readonly number[] {
  const sizes = ways.map(({ choice }) => bytesOf(choice));
  return [
    ...sizes,
    ...states.map(() => Number.MAX_SAFE_INTEGER),
    ...groups.map(({ ways: own, level }) => {
      const mean = own.reduce((sum, way) => sum + (sizes[way] ?? 0), 0) / own.length;
      return mean * (GROUP_FIRST[level] ?? 1);
    }),
    ...classes.map(() => Number.POSITIVE_INFINITY),
  ];
}
