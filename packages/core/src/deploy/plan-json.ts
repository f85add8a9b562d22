import type { PlanDocument } from "../documents/plan-document.ts";

/**
 * The plan as a file, keys in alphabetical order with "schema" first. How long the solver took is
 * no part of the plan: it is written as 0, so that the same plan gives the same bytes.
 */
export function planJson(plan: PlanDocument): string {
  return `${JSON.stringify({ ...plan, solveSeconds: 0 }, sortedKeys, 2)}\n`;
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => keyOrder(left, right)));
}

function keyOrder(left: string, right: string): number {
  if (left === "schema" || right === "schema") {
    return left === "schema" ? -1 : 1;
  }
  return left < right ? -1 : 1;
}
