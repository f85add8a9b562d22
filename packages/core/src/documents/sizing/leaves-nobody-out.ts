import type { Sized } from "./sized.ts";

/** Whether nobody who could run on some cards has no place: why that is, wishes would say that nobody wrote. */
export function leavesNobodyOut({ plan, placed }: Sized): boolean {
  const out = new Set(plan.unplaced.map(({ model }) => model));
  return placed.enumerations.every(
    ({ demand }) => !out.has(demand.model) || demand.options.length === 0,
  );
}
