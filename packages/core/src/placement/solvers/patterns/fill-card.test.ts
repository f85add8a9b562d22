import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fillable, fillCard, type Slot } from "./fill-card.ts";
import { cellsOf } from "./grid.ts";

const PRICES = Float64Array.of(2, 3, 4, 5);
const slots: readonly Slot[] = [3, 4, 5, 6].map((cells, row) => ({ row, cells }));

describe("fillCard", () => {
  test.each([
    // 5 + 4 by 6 + 4 cells is 8; 4 + 3 + 0 by 9; 3 + 2 and 3 cells left over
    { name: "each once", groups: slots.map((slot) => [slot]), isRepeated: false, value: 8 },
    // 4 + 3 + 3 cells are worth 3 + 2 + 2, less than 6 + 4 cells
    { name: "each again", groups: slots.map((slot) => [slot]), isRepeated: true, value: 8 },
    { name: "one of all", groups: [slots], isRepeated: false, value: 5 },
    {
      name: "one of two pairs",
      groups: [slots.slice(0, 2), slots.slice(2)],
      isRepeated: false,
      value: 8,
    },
    { name: "nothing", groups: [], isRepeated: false, value: 0 },
  ])("$name is worth $value on 10 cells", ({ groups, isRepeated, value }) => {
    const filling = fillCard({ room: 10, groups, isRepeated }, PRICES);
    expect(filling.value).toBe(value);
    expect(sum(filling.rows, (row) => PRICES[row] ?? 0)).toBe(value);
  });

  test("is as dear as the dearest of all sets", () => {
    const case_ = fc.record({
      room: fc.integer({ min: 1, max: 20 }),
      cells: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
      prices: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 6 }),
      isRepeated: fc.boolean(),
    });
    fc.assert(
      fc.property(case_, ({ room, cells, prices, isRepeated }) => {
        const groups = groupsOf(cells, isRepeated);
        const filling = fillCard({ room, groups, isRepeated }, Float64Array.from(prices));
        expect(filling.value).toBe(dearest({ room, groups, isRepeated }, prices));
        expect(sum(filling.rows, (row) => cells[row] ?? 0)).toBeLessThanOrEqual(room);
        expect(sum(filling.rows, (row) => prices[row] ?? 0)).toBe(filling.value);
      }),
    );
  });
});

describe("cellsOf", () => {
  test.each([
    { need: 5, cells: 3 }, // half a card of 8 cells, of which it has 7: two fit
    { need: 6, cells: 4 }, // more than half: two do not
    { need: 10, cells: 7 },
    { need: 0, cells: 0 },
  ])("$need of 10 bytes take $cells of 8 cells", ({ need, cells }) => {
    expect(cellsOf(need, 10, 8)).toBe(cells);
  });

  test("what fits in bytes fits in cells", () => {
    const needs = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(needs, fc.integer({ min: 2, max: 100 }), (own, cells) => {
        const capacity = sum(own, (need) => need);
        expect(sum(own, (need) => cellsOf(need, capacity, cells))).toBeLessThan(cells);
      }),
    );
  });
});

/** Pairs of neighbours, or each alone where it may be taken again. */
function groupsOf(cells: readonly number[], isRepeated: boolean): readonly (readonly Slot[])[] {
  const all = cells.map((own, row) => ({ row, cells: own })).sort((a, b) => a.cells - b.cells);
  return isRepeated
    ? all.map((slot) => [slot])
    : all.flatMap((_, i) => (i % 2 === 0 ? [all.slice(i, i + 2)] : []));
}

function dearest({ room, groups, isRepeated }: Fillable, prices: readonly number[]): number {
  const [group, ...others] = groups;
  if (group === undefined) {
    return 0;
  }
  const without = dearest({ room, groups: others, isRepeated }, prices);
  const withOne = group
    .filter(({ cells }) => cells <= room)
    .map(({ row, cells }) => {
      const left = { room: room - cells, groups: isRepeated ? groups : others, isRepeated };
      return (prices[row] ?? 0) + dearest(left, prices);
    });
  return Math.max(without, ...withOne);
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((all, value) => all + of(value), 0);
}
