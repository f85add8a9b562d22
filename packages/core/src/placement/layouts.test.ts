import { describe, expect, test } from "vitest";
import type { CardClass } from "./card-classes.ts";
import { layoutsOf } from "./layouts.ts";

/** Classes of one host: so many cards each, all of one kind or of two in turn. */
function classesOf(counts: readonly number[], kinds = 1): readonly CardClass[] {
  return counts.map((count, place) => ({
    id: `class${place}`,
    host: "box",
    capacity: 100 - place,
    gpus: Array.from({ length: count }, (_, index) => ({
      id: `${place}:${index}`,
      catalogId: `kind-${place % kinds}`,
    })),
  })) as unknown as readonly CardClass[];
}

const single = { mayMixCards: false, maySpanHosts: false };
const namesOf = (classes: readonly CardClass[], sizes: { tp: number; pp: number }) =>
  layoutsOf(sizes, classes, single).layouts.map(({ stages }) =>
    stages
      .map((stage) => stage.map(({ cardClass }) => classes.indexOf(cardClass)).join("+"))
      .join(" "),
  );

describe("layouts on one host", () => {
  test("no class gives more cards than it has", () => {
    expect(namesOf(classesOf([4, 2], 2), { tp: 2, pp: 2 })).toEqual(["0 0", "0 1", "1 0"]);
    expect(namesOf(classesOf([4, 2], 2), { tp: 2, pp: 3 })).toEqual(["0 0 1", "0 1 0", "1 0 0"]);
    expect(namesOf(classesOf([4, 2], 2), { tp: 2, pp: 4 })).toEqual([]);
  });

  test("neighbours of one kind make a stage together, and share what they have", () => {
    // two cards each: 0, 1, and one of each; the last leaves one card of both, which is a stage again
    expect(namesOf(classesOf([2, 2]), { tp: 2, pp: 2 })).toEqual(["0 1", "0+1 0+1", "1 0"]);
  });

  test("cards that are not neighbours by room make a stage too, after those that are", () => {
    expect(namesOf(classesOf([1, 1, 1]), { tp: 2, pp: 1 })).toEqual(["0+1", "1+2", "0+2"]);
    // of 16 cards 120 pairs, of which not all are looked at
    expect(namesOf(classesOf(Array(16).fill(1)), { tp: 2, pp: 1 }).length).toBeLessThan(90);
  });

  test("where all cards differ, the limit counts only ways for which there are cards", () => {
    // 16 cards, 8 of them taken in order: 16 over 8 is 12,870 ways
    const many = namesOf(classesOf(Array(16).fill(1), 16), { tp: 1, pp: 8 });
    expect(many).toHaveLength(4000);
    const allOf = (cards: number) =>
      layoutsOf({ tp: 1, pp: 8 }, classesOf(Array(cards).fill(1), cards), single).isAll;
    expect([allOf(16), allOf(8)]).toEqual([false, true]);
    expect(many.every((name) => new Set(name.split(" ")).size === 8)).toBe(true);
    expect(new Set(many).size).toBe(many.length);
    // any of the cards first, and any other last
    expect(namesOf(classesOf(Array(16).fill(1), 16), { tp: 1, pp: 16 })).toHaveLength(16 * 15);
  });

  test("any class may be first and last, and those between are in their order", () => {
    const names = namesOf(classesOf([1, 2, 1], 3), { tp: 1, pp: 4 });
    expect([...names].sort()).toEqual(
      ["0 1 1 2", "2 1 1 0", "0 1 2 1", "1 1 2 0", "1 0 2 1", "1 0 1 2", "2 0 1 1"].sort(),
    );
  });

  test("more stages than cards end soon, on a host of many classes too", () => {
    expect(namesOf(classesOf(Array(72).fill(1), 72), { tp: 1, pp: 73 })).toEqual([]);
  });
});
