import { expect, test } from "vitest";
import { shared } from "./shared.ts";

test("what is as it was is the same object", () => {
  const before = { cards: [{ id: "a", free: 1 }], looks: new Map([["m", { color: "red" }]]) };
  expect(shared(before, structuredClone(before))).toBe(before);
});

test("a part that has changed is new, and the parts beside it are not", () => {
  const before = {
    cards: [
      { id: "a", free: [1] },
      { id: "b", free: [2] },
    ],
    of: { x: 1 },
  };
  const after = structuredClone(before);
  after.cards[1] = { id: "b", free: [3] };
  const made = shared(before, after);
  expect(made).toEqual(after);
  expect(made).not.toBe(before);
  expect(made.cards).not.toBe(before.cards);
  expect(made.cards[0]).toBe(before.cards[0]);
  expect(made.of).toBe(before.of);
});

test.each([
  ["a list that is shorter", [1, 2], [1]],
  ["a list that is longer", [1], [1, 2]],
  ["a key less", { a: 1, b: undefined }, { a: 1 }],
  ["a key more", { a: 1 }, { a: 1, b: undefined }],
  [
    "keys in another order",
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
    new Map([
      ["b", 2],
      ["a", 1],
    ]),
  ],
  ["a list in the place of an object", { 0: 1 }, [1]],
  ["nothing in the place of an object", { a: 1 }, undefined],
  ["zero below zero", [0], [-0]],
])("%s is a change", (_, before, after) => {
  const made: unknown = shared(before, after);
  expect(made).not.toBe(before);
  expect(made).toEqual(after);
});
