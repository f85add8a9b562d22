import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quickXplain, type Verdict } from "./quick-xplain.ts";

const SIZE = 9;
const all = Array.from({ length: SIZE }, (_, i) => i);

/** Sets that can't hold, as bits; a set is infeasible where it holds one of them. */
const conflicts = fc.array(fc.integer({ min: 1, max: 2 ** SIZE - 1 }), { maxLength: 6 });

const bitsOf = (some: readonly number[]): number => some.reduce((bits, i) => bits | (1 << i), 0);
const isInfeasible = (sets: readonly number[], some: readonly number[]): boolean =>
  sets.some((set) => (set & bitsOf(some)) === set);
const judgeBy =
  (sets: readonly number[]) =>
  (some: readonly number[]): Verdict =>
    isInfeasible(sets, some) ? "infeasible" : "feasible";

/** Every subset, tried one by one: those that are infeasible and lose that with any one member. */
function minimalSets(sets: readonly number[]): readonly (readonly number[])[] {
  const subsets = Array.from({ length: 2 ** SIZE }, (_, bits) =>
    all.filter((i) => (bits >> i) % 2 === 1),
  );
  return subsets.filter(
    (some) =>
      isInfeasible(sets, some) &&
      some.every(
        (out) =>
          !isInfeasible(
            sets,
            some.filter((i) => i !== out),
          ),
      ),
  );
}

describe("any monotone oracle", () => {
  test("the set is one of the smallest ones, and the one that names what was given first", () => {
    fc.assert(
      fc.property(conflicts, (sets) => {
        const found = quickXplain(all, judgeBy(sets));
        if (sets.length === 0) {
          expect(found).toBeUndefined();
          return;
        }
        // what was given last is left out first wherever it can be
        const preferred = all.reduceRight<readonly number[]>((kept, out) => {
          const rest = kept.filter((i) => i !== out);
          return isInfeasible(sets, rest) ? rest : kept;
        }, all);
        expect(found?.isMinimal).toBe(true);
        expect(found?.members).toEqual(preferred);
        expect(minimalSets(sets)).toContainEqual(preferred);
      }),
      { numRuns: 500 },
    );
  });

  test("with an oracle that often does not know, the set is infeasible, and minimal where it says so", () => {
    fc.assert(
      fc.property(conflicts, fc.func(fc.integer({ min: 0, max: 2 })), (sets, luck) => {
        const judge = (some: readonly number[]): Verdict =>
          luck(bitsOf(some)) === 0 ? "unknown" : judgeBy(sets)(some);
        const found = quickXplain(all, judge);
        if (found === undefined) {
          expect(judge(all)).not.toBe("infeasible");
          return;
        }
        expect(isInfeasible(sets, found.members)).toBe(true);
        if (found.isMinimal) {
          expect(minimalSets(sets)).toContainEqual(found.members);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("asks no more than 2k·log2(n/k) + 2k + 2 times for k of n", () => {
    fc.assert(
      fc.property(conflicts, (sets) => {
        const found = quickXplain(all, judgeBy(sets));
        const k = found?.members.length ?? 1;
        const most = 2 * k * Math.log2(SIZE / k) + 2 * k + 2;
        expect(found?.calls ?? 0).toBeLessThanOrEqual(Math.ceil(most) + 2);
      }),
    );
  });
});

test("what is infeasible with nothing asked for is in conflict with nothing", () => {
  expect(quickXplain(all, () => "infeasible")).toMatchObject({ members: [], isMinimal: true });
  expect(quickXplain([], () => "infeasible")).toMatchObject({ members: [], isMinimal: true });
});

test("an oracle that never knows explains nothing", () => {
  expect(quickXplain(all, () => "unknown")).toBeUndefined();
});
