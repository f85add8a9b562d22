import fc from "fast-check";
import { expect, test } from "vitest";
import { cheapestTaken } from "./cheapest-taken.ts";
import type { Domain } from "./domain.ts";
import type { Group } from "./groups.ts";

const WAYS = [0, 1, 2, 3, 4];
/** One state; two groups apart, and one within the first. */
const GROUPS: readonly Group[] = [
  { state: 0, ways: [0, 1, 2], level: 0, within: undefined },
  { state: 0, ways: [0, 1], level: 1, within: 0 },
  { state: 0, ways: [3, 4], level: 0, within: undefined },
];
const FIRST_GROUP = WAYS.length + 1;

const bounds = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 }));
const domains = fc.array(bounds, { minLength: 9, maxLength: 9 }).map((own): Domain => {
  const least = Int32Array.from(own, ([a]) => (a === 2 ? 1 : 0));
  const most = Int32Array.from(own, ([, b], i) => Math.max(least[i] ?? 0, b));
  return {
    least,
    most,
    states: WAYS.length,
    groups: FIRST_GROUP,
    classes: own.length,
    isOpen: () => true,
  };
});
const prices = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 5 });

function bestByTryingAll(domain: Domain, replicas: number, costs: readonly number[]): number {
  const isWithin = (position: number, count: number): boolean =>
    count >= (domain.least[position] ?? 0) && count <= (domain.most[position] ?? 0);
  const tryWay = (way: number, counts: readonly number[]): number => {
    if (way < WAYS.length) {
      const each = [0, 1, 2, 3].filter((count) => isWithin(way, count));
      return Math.min(...each.map((count) => tryWay(way + 1, [...counts, count])));
    }
    const sumOf = (ways: readonly number[]) => ways.reduce((sum, w) => sum + (counts[w] ?? 0), 0);
    const isAllowed =
      sumOf(WAYS) === replicas &&
      GROUPS.every(({ ways }, group) => isWithin(FIRST_GROUP + group, sumOf(ways)));
    return isAllowed
      ? counts.reduce((sum, count, w) => sum + count * (costs[w] ?? 0), 0)
      : Number.POSITIVE_INFINITY;
  };
  return tryWay(0, []);
}

test("is what trying all counts finds, or infinite where none is allowed", () => {
  fc.assert(
    fc.property(domains, fc.integer({ min: 1, max: 4 }), prices, (domain, replicas, costs) => {
      const found = cheapestTaken(domain, {
        groups: GROUPS,
        ways: WAYS,
        replicas,
        state: 0,
        costOf: (way) => costs[way] ?? 0,
      });
      expect(found).toBe(bestByTryingAll(domain, replicas, costs));
    }),
  );
});
