import type { PlanDocument } from "@berth/core";
import { expect } from "vitest";

/**
 * A plan as it is compared: with 0 for the seconds that its search took, which no two searches share, and which a
 * search on its own (core, without a clock) says too. Those seconds must be there.
 */
export function withoutTime<T extends Pick<PlanDocument, "solveSeconds">>(plan: T): T {
  expect(plan.solveSeconds).toBeGreaterThan(0);
  return { ...plan, solveSeconds: 0 };
}
