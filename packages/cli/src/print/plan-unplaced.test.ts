import type { PlanDocument } from "@berth/core";
import { expect, test } from "vitest";
import { printUnplaced } from "./plan-unplaced.ts";

const LOOK = { width: 100, hasColor: false } as unknown as Parameters<typeof printUnplaced>[1];

test.each([
  { remediesCut: undefined, ends: "- Use less.\n" },
  { remediesCut: "enough", ends: "Changes that cost more were not looked for.\n" },
  {
    remediesCut: "limit",
    ends: "The search came to its limit: there may be other changes that work.\n",
  },
] as const)("a list of remedies that was cut ($remediesCut) says so", ({ remediesCut, ends }) => {
  const remedies = [{ text: "Use less.", change: {}, verified: true }];
  const own = { model: "a", reasons: [], remedies };
  const unplaced = [remediesCut === undefined ? own : { ...own, remediesCut }];
  const text = printUnplaced({ unplaced } as unknown as PlanDocument, LOOK);
  expect(text.endsWith(`    ${ends}`)).toBe(true);
});
