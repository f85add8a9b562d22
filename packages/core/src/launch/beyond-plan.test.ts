import { expect, test } from "vitest";
import { beyondPlan } from "./beyond-plan.ts";
import type { CardTaken } from "./card-departure.ts";

function took(gpu: string, takenBytes: number, highBytes: number): CardTaken {
  const verdict = takenBytes > highBytes ? "above" : "inside";
  return {
    gpu,
    freeBeforeBytes: 0,
    freeAfterBytes: 0,
    takenBytes,
    lowBytes: 0,
    highBytes,
    verdict,
  };
}

test("what one engine leaves of its plan is not another's", () => {
  const engines = [
    { taken: [took("a", 120, 100), took("b", 50, 100)] },
    { taken: [took("a", 107.5, 100), took("b", 101, 100)] },
    { taken: [took("c", 100, 100)] },
    {},
  ];
  // 20 and 7.5, rounded up, on a; 1 on b, where the first has 50 to spare
  expect([...beyondPlan(engines)]).toEqual([
    ["a", 28],
    ["b", 1],
  ]);
});
