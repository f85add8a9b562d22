import fc from "fast-check";
import { expect, test } from "vitest";
import { fillExactly, type SlotGroup } from "./fill-exactly.ts";
import { frontiersOf, worthOf } from "./frontier.ts";

const slots = fc.array(
  fc.record({ need: fc.integer({ min: 0, max: 40 }), worth: fc.integer({ min: 1, max: 50 }) }),
  { minLength: 1, maxLength: 3 },
);
const inGroups = fc.array(slots, { minLength: 1, maxLength: 6 }).map((all): readonly SlotGroup[] =>
  all.map((own, model) => ({
    model,
    conflicts: all.map(() => false),
    slots: own.map((slot, i) => ({ ...slot, place: 10 * model + i })),
  })),
);

/** By trying everything. */
function bestOf([group, ...others]: readonly SlotGroup[], room: number): number {
  if (group === undefined) {
    return 0;
  }
  const taken = group.slots
    .filter(({ need }) => need <= room)
    .map(({ need, worth }) => worth + bestOf(others, room - need));
  return Math.max(bestOf(others, room), ...taken);
}

test("a filling is worth as much as the best of all", () => {
  fc.assert(
    fc.property(inGroups, fc.nat(100), (groups, room) => {
      expect(fillExactly(groups, room).worth).toBe(bestOf(groups, room));
    }),
  );
});

test("what groups are worth by their room is the best of all, for every group and the rest after it", () => {
  fc.assert(
    fc.property(inGroups, fc.nat(100), fc.nat(100), (groups, room, part) => {
      const own = Math.min(part, room);
      const frontiers = frontiersOf(groups, room, 1e6);
      frontiers.forEach((frontier, i) => {
        expect(frontier && worthOf(frontier, own)).toBe(bestOf(groups.slice(i), own));
      });
    }),
  );
});

test("too many steps are none", () => {
  const groups = Array.from({ length: 12 }, (_, i) => ({
    slots: [{ place: i, need: 2 ** i, worth: 2 ** i }],
  }));
  const found = frontiersOf(groups, 2 ** 12, 100);
  expect(found.slice(-7).every((frontier) => frontier !== undefined)).toBe(true);
  expect(found[0]).toBeUndefined();
});

// 48 models with parts of these sizes: every combination of eight of them is as good
test("many models that are alike are not tried in every combination", () => {
  const sizes = [
    { need: 12_400, worth: 7.9 },
    { need: 6200, worth: 4 },
    { need: 3100, worth: 2 },
    { need: 1550, worth: 1 },
  ];
  const groups = Array.from({ length: 48 }, (_, model) => ({
    model,
    conflicts: [],
    slots: sizes.map((size, i) => ({ ...size, worth: size.worth + model * 1e-9, place: i })),
  }));
  expect(fillExactly(groups, 16_000).worth).toBeCloseTo(10, 5);
});
