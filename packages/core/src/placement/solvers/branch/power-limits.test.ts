import fc from "fast-check";
import { expect, test } from "vitest";
import { bytes } from "../../../units/units.ts";
import type { Card } from "../../problem.ts";
import { indexFleet } from "../fleet-index.ts";
import { powerLimits } from "./power-limits.ts";
import { cardAmount } from "./question.ts";

/** Cards of one kind on the host. */
interface Kind {
  readonly count: number;
  readonly watts: number;
}

function fleetOf(kinds: readonly Kind[], watts: number) {
  const cards = kinds.flatMap((kind, k) =>
    Array.from(
      { length: kind.count },
      (_, i): Card => ({
        id: `${k}-${i}`,
        cardClass: `kind-${k}`,
        host: "box",
        capacity: bytes(1),
        watts: kind.watts,
      }),
    ),
  );
  return indexFleet({ cards, demands: [], hosts: [{ host: "box", watts }] });
}

/** What the limits say of so many cards of each kind in use. */
function areWithin(fleet: ReturnType<typeof fleetOf>, counts: readonly number[]): boolean {
  return powerLimits(fleet).every(({ measure, most }) => {
    const drawn = counts.reduce((sum, count, pool) => sum + count * cardAmount(measure, pool), 0);
    return drawn <= most + 1e-9;
  });
}

const kinds = fc.array(
  fc.record({ count: fc.integer({ min: 1, max: 4 }), watts: fc.integer({ min: 1, max: 9 }) }),
  { minLength: 1, maxLength: 3 },
);

test("cards may be in use together where the host has power for them, and only there", () => {
  fc.assert(
    fc.property(kinds, fc.integer({ min: 0, max: 60 }), (own, power) => {
      const fleet = fleetOf(own, power);
      const all = own.reduce<number[][]>(
        (each, { count }) =>
          each.flatMap((counts) =>
            Array.from({ length: count + 1 }, (_, used) => [...counts, used]),
          ),
        [[]],
      );
      for (const counts of all) {
        const drawn = own.reduce((sum, { watts }, k) => sum + watts * (counts[k] ?? 0), 0);
        expect({ counts, isWithin: areWithin(fleet, counts) }).toEqual({
          counts,
          isWithin: drawn <= power,
        });
      }
    }),
  );
});

test("nothing is lost to parts of a card", () => {
  // 800 W: two of 350 W, one of them and one of 450 W, and no part of a third
  const fleet = fleetOf(
    [
      { count: 2, watts: 450 },
      { count: 2, watts: 350 },
    ],
    800,
  );
  expect(areWithin(fleet, [0.4, 1.7])).toBe(false);
  expect(areWithin(fleet, [1.5, 0])).toBe(false);
  expect(areWithin(fleetOf([{ count: 4, watts: 350 }], 800), [2.2])).toBe(false);
  // of 1,190 W whole cards draw 1,150 W at most
  const more = [
    { count: 2, watts: 450 },
    { count: 2, watts: 350 },
  ];
  expect(areWithin(fleetOf(more, 1190), [1.4, 1.6])).toBe(false);
});

test("a host with power for all of its cards, or without a limit, has none", () => {
  expect(powerLimits(fleetOf([{ count: 2, watts: 350 }], 700))).toEqual([]);
  expect(powerLimits(fleetOf([{ count: 2, watts: 350 }], Number.POSITIVE_INFINITY))).toEqual([]);
});
