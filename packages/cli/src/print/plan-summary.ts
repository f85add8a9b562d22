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
  const placed = plan.deployments.length;
  const counts =
    plan.unplaced.length === 0
      ? `all ${placed} placed`
      : `${placed} placed, ${plan.unplaced.length} without a place`;
  const proof =
    gap <= 0
      ? "proved: no plan does better"
      : `no plan gives it more than ${(bound * 100).toFixed(1)} % (gap ${(gap * 100).toFixed(1)} %)`;
  const parts = terms.map((term) =>
    term.value === term.bound
      ? `${term.id} ${number(term.value)}`
      : `${term.id} ${number(term.value)} of at most ${number(term.bound)}`,
  );
  return [
    `  ${paint(look, color, word)}: ${counts}, in ${plan.solveSeconds.toFixed(2)} s`,
    `  the worst-served model gets ${(value * 100).toFixed(1)} % of what it wants; ${proof}`,
    ...(parts.length > 0 ? [`  ${parts.join(", ")}`] : []),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** Whole numbers as they are, others with four digits. */
function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
