import fc from "fast-check";
import { expect, test } from "vitest";
import { cutStages } from "./stage-cut.ts";

/** A stage on a card with `room`: each layer takes 1 and each sequence 0.1 a layer. */
function fitsIn(rooms: readonly number[]) {
  return (stage: number, layers: number, sequences: number) =>
    layers * (1 + 0.1 * sequences) <= (rooms[stage] ?? 0);
}

test("equal cards get equal stages", () => {
  expect(
    cutStages({ layers: 12, stages: 3, mostSequences: 4, fits: fitsIn([10, 10, 10]) }),
  ).toEqual([4, 4, 4]);
});

// one sequence: 1.1 a layer, so 9 layers have room on the first and 11 (all but one) on the second: 12 · 9/20 = 5.4
test("a card with more room gets more layers", () => {
  expect(cutStages({ layers: 12, stages: 2, mostSequences: 1, fits: fitsIn([10, 20]) })).toEqual([
    5, 7,
  ]);
});

test("too little room for one sequence gives no cut", () => {
  expect(
    cutStages({ layers: 12, stages: 2, mostSequences: 1, fits: fitsIn([5, 5]) }),
  ).toBeUndefined();
});

test("every cut adds up, leaves no stage empty, and no other cut holds more sequences", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 12 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 3 }),
      (layers, rooms) => {
        const fits = fitsIn(rooms);
        const most = (cut: readonly number[]): number =>
          Math.max(
            0,
            ...Array.from({ length: 8 }, (_, i) => i + 1).filter((sequences) =>
              cut.every((count, stage) => fits(stage, count, sequences)),
            ),
          );
        const best = Math.max(0, ...allCuts(layers, rooms.length).map(most));
        const cut = cutStages({ layers, stages: rooms.length, mostSequences: 8, fits });
        expect(cut === undefined ? 0 : most(cut)).toBe(best);
        if (cut !== undefined) {
          expect(cut.reduce((sum, count) => sum + count, 0)).toBe(layers);
          expect(Math.min(...cut)).toBeGreaterThan(0);
        }
      },
    ),
  );
});

function allCuts(layers: number, stages: number): readonly (readonly number[])[] {
  if (stages === 1) {
    return layers >= 1 ? [[layers]] : [];
  }
  return Array.from({ length: Math.max(0, layers - 1) }, (_, i) => i + 1).flatMap((first) =>
    allCuts(layers - first, stages - 1).map((rest) => [first, ...rest]),
  );
}
