import { type FleetGoal, ratesGoal } from "../goal/fleet-goal.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";

/** These goals, where more is asked of models than their rates, in requests a second. */
export function askedGoals(
  goals: readonly FleetGoal[],
  workloads: readonly PlanWorkload[],
  needs: ReadonlyMap<string, number>,
): readonly FleetGoal[] {
  const asked = workloads.map((workload) => {
    const need = needs.get(workload.model);
    return need === undefined ? workload : { ...workload, requestsPerSecond: need };
  });
  return goals.flatMap((goal) =>
    goal.id === "rates" && needs.size > 0 ? (ratesGoal(asked) ?? []) : [goal],
  );
}
