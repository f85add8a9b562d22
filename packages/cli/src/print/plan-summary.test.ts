import type { PlanDocument } from "@berth/core";
import { expect, test } from "vitest";
import { printPlanSummary } from "./plan-summary.ts";

type Terms = PlanDocument["objective"]["terms"];

/** The line of the objective's stages. */
function stages(terms: Terms): string | undefined {
  const plan: PlanDocument = {
    schema: "berth/plan@1",
    status: "feasible",
    objective: { value: 0.5, bound: 0.75, gap: 1 / 3, terms },
    chanceToFit: 0.9912,
    chanceWanted: 0.99,
    solveSeconds: 0,
    hosts: [],
    gpus: [],
    deployments: [],
    unplaced: [],
    warnings: [],
  };
  return printPlanSummary(plan, { width: 80, hasColor: false })
    .trimEnd()
    .split("\n")
    .at(-1)
    ?.trim();
}

test("what is maximised has a most, what is minimised a least", () => {
  const text = stages([
    { id: "placed", value: 5, bound: 6 },
    { id: "share", value: 0.5, bound: 0.75 },
    { id: "sequences", value: 20, bound: 30 },
    { id: "precision", value: 16, bound: 0 },
    { id: "cards", value: 12, bound: 1 },
  ]);
  expect(text).toBe(
    "placed 5 of at most 6, share 0.5000 of at most 0.7500, sequences 20 of at most 30, precisions 16 steps below those that the models like best (at least 0), cards 12 (at least 1)",
  );
});

test.each([
  { value: 0, says: "every model in the precision that it likes best" },
  { value: 1, says: "precisions 1 step below those that the models like best" },
  { value: 2, says: "precisions 2 steps below those that the models like best" },
])("a proved precision of $value", ({ value, says }) => {
  expect(stages([{ id: "precision", value, bound: value }])).toBe(says);
});

test.each([
  { links: [0, 0], mixing: [0, 0], says: "cards 4" },
  { links: [4, 4], mixing: [1, 1], says: "cards 4, weak links crossed 4, kinds of cards mixed 1" },
  { links: [4, 2], mixing: [0, 0], says: "cards 4, weak links crossed 4 (at least 2)" },
] as const)("weak links $links, mixing $mixing: $says", ({ links, mixing, says }) => {
  const terms = [
    { id: "cards", value: 4, bound: 4 },
    { id: "links", value: links[0], bound: links[1] },
    { id: "mixing", value: mixing[0], bound: mixing[1] },
  ];
  expect(stages(terms)).toBe(says);
});
