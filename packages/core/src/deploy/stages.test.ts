import { expect, test } from "vitest";
import { isDefaultSplit } from "./stages.ts";

// 29 layers over 2 stages: 29 div 2 = 14, 29 mod 2 = 1, so the first has 15
test.each([
  { stageLayers: [28], expected: true },
  { stageLayers: [14, 14], expected: true },
  { stageLayers: [15, 14], expected: true },
  { stageLayers: [14, 15], expected: false },
  { stageLayers: [20, 8], expected: false },
])("$stageLayers: $expected", ({ stageLayers, expected }) => {
  expect(isDefaultSplit(stageLayers)).toBe(expected);
});
