import type { Demand, ObjectiveStage, Option, Solution } from "./problem.ts";

/** The stage that settled two things, as two. */
export function splitStage(
  solution: Solution,
  at: {
    readonly stage: "precision" | "cards" | "links";
    readonly step: number;
    readonly tell: (stage: Pick<ObjectiveStage, "value" | "bound">) => ObjectiveStage;
  },
): Solution {
  const { step, tell } = at;
  return {
    ...solution,
    objective: solution.objective.flatMap((stage): ObjectiveStage[] => {
      if (stage.id !== at.stage) {
        return [stage];
      }
      const { value, bound } = stage;
      const coarse = { value: Math.floor(value / step), bound: Math.floor(bound / step) };
      const fine = coarse.value === coarse.bound ? bound % step : 0;
      return [tell(coarse), { id: stage.id, value: value % step, bound: fine }];
    }),
  };
}

/** The most that all replicas of a demand may come to. */
export function worstOf({ options, replicas }: Demand, of: (option: Option) => number): number {
  return replicas * options.reduce((most, option) => Math.max(most, of(option)), 0);
}
