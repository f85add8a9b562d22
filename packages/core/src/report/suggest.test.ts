import { expect, test } from "vitest";
import { closest } from "./suggest.ts";

const CARDS = ["rtx-3060-12gb", "rtx-3090", "rtx-4080", "rtx-4090", "h100-sxm-80gb"];

test.each([
  ["rtx-3060", "rtx-3060-12gb"], // the beginning of one
  ["rtx-4009", "rtx-4090"], // two letters changed places
  ["rtx-4900", "rtx-4090"], // the same, and not one replaced and one more
  ["RTX-3090", "rtx-3090"], // case does not matter
  ["h100-sxm-80g", "h100-sxm-80gb"],
])("%s is taken for %s", (typed, expected) => {
  expect(closest(typed, CARDS)).toBe(expected);
});

test.each(["banana", "x", ""])("%j is near nothing", (typed) => {
  expect(closest(typed, CARDS)).toBeUndefined();
});
