import type { PlanDocument } from "@berth/core";
import { type Look, paint } from "./look.ts";

const STATUS = {
  optimal: ["green", "optimal"],
  feasible: ["yellow", "feasible"],
  infeasible: ["red", "infeasible"],
} as const;

/** The status, how good the plan is, and what is proved about that. */
export function printPlanSummary(plan: PlanDocument, look: Look): string {
  const [color, word] = STATUS[plan.status];
  const { value, bound, gap, terms } = plan.objective;
  const placed = new Set(plan.deployments.map(({ model }) => model)).size;
  const proof =
    gap <= 0
      ? "proved: no plan gives it more"
      : `no plan gives it more than ${(bound * 100).toFixed(1)} % (gap ${(gap * 100).toFixed(1)} %)`;
  const parts = terms.map((term) =>
    term.value === term.bound
      ? `${term.id} ${number(term.value)}`
      : `${term.id} ${number(term.value)} of at most ${number(term.bound)}`,
  );
  return [
    `  ${paint(look, color, word)}: ${placedText(placed, plan.unplaced.length)}, in ${plan.solveSeconds.toFixed(2)} s`,
    ...(placed > 0
      ? [`  the worst-served of them gets ${(value * 100).toFixed(1)} % of what it wants; ${proof}`]
      : []),
    ...(parts.length > 0 ? [`  ${parts.join(", ")}`] : []),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function placedText(placed: number, unplaced: number): string {
  if (unplaced > 0) {
    return `${placed} of ${placed + unplaced} models placed`;
  }
  return placed === 1 ? "the one model placed" : `all ${placed} models placed`;
}

/** Whole numbers as they are, others with four digits. */
function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
