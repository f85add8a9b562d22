import type { PlanDocument } from "./plan-document.ts";

/** A plan as `berth plan --out` writes it: JSON, with a line feed at its end. */
export function planFileText(plan: PlanDocument): string {
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}
