import type { PlacementProblem, Solution, SolveOptions } from "../problem.ts";
import { exactSolver } from "./exact.ts";
import { solveLarge } from "./large/large-solver.ts";
import { runSteps, type Steps } from "./large/steps.ts";
import type { Solver } from "./solver.ts";

/** Largest fleet that is searched exactly; a state costs a look at every card. */
const MOST_CARDS = 64;
/** Most replicas of it: the ways to place several of one model multiply. */
const MOST_REPLICAS = 40;
/** Most replicas of one model of it, for the same reason. */
const MOST_OF_ONE = 4;

/** Exactly where the fleet is small enough for it, and else as well as a search can. */
export const anySizeSolver: Solver = {
  name: "any size",
  solve: (problem, options) => runSteps(solveAnySize(problem, options)),
};

/** As the solver, in steps. */
function* solveAnySize(problem: PlacementProblem, options: SolveOptions): Steps<Solution> {
  return isSmall(problem)
    ? exactSolver.solve(problem, options)
    : yield* solveLarge(problem, options);
}

/** Whether the fleet can be searched exactly. */
export function isSmall({ cards, demands }: PlacementProblem): boolean {
  const replicas = demands.reduce((sum, demand) => sum + demand.replicas, 0);
  return (
    cards.length <= MOST_CARDS &&
    replicas <= MOST_REPLICAS &&
    demands.every((demand) => demand.replicas <= MOST_OF_ONE)
  );
}
