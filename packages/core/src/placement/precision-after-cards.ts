import type { WithGoal } from "./goal.ts";
import type { Option, PlacementProblem } from "./problem.ts";
import { splitStage, worstOf } from "./split-stage.ts";

/**
 * Preferences enter where weak links are, times more than all of these together, so that the stage "links" settles both
 * in turn: what is liked is chosen where cards cost and count no more by it.
 */
export function precisionAfterCards(problem: PlacementProblem): WithGoal {
  const step = 1 + problem.demands.reduce((sum, demand) => sum + worstOf(demand, linksIn), 0);
  const demands = problem.demands.map((demand) => ({
    ...demand,
    options: demand.options.map((option) => ({
      ...option,
      preference: 0,
      links: option.preference * step + linksIn(option),
    })),
  }));
  return {
    problem: { ...problem, demands },
    told: (solution) => {
      const objective = solution.objective.filter(({ id }) => id !== "precision");
      return splitStage(
        { ...solution, objective },
        { stage: "links", step, tell: ({ value, bound }) => ({ id: "precision", value, bound }) },
      );
    },
  };
}

function linksIn({ links = 0 }: Option): number {
  return links;
}
