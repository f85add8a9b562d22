import { expect, test } from "vitest";
import { fourOnOne, twelveCards } from "../../../../test/fixtures/deploy-plans.ts";
import { hostPlans } from "./host-plan.ts";
import { memorySteps } from "./memory-steps.ts";

test.each([fourOnOne("tensorrt-llm"), twelveCards("tensorrt-llm")])(
  "each step begins where the last one on its card ended, and the last ends at the plan's sum",
  (plan) => {
    const steps = hostPlans(plan).flatMap(memorySteps);
    for (const gpu of plan.gpus) {
      const onCard = steps.filter((step) => step.gpu.id === gpu.id);
      expect(onCard.map(({ usedBeforeBytes }) => usedBeforeBytes)).toEqual(
        [0, ...onCard.map(({ usedAfterBytes }) => usedAfterBytes)].slice(0, onCard.length),
      );
      expect(onCard.at(-1)?.usedAfterBytes ?? 0).toBe(gpu.plannedBytes);
    }
  },
);
