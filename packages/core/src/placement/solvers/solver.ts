import type { PlacementProblem, Solution, SolveOptions } from "../problem.ts";
import type { PlacedLeast } from "./milp.ts";

/** One way to solve a placement problem; the answer says itself what of it is proven. */
export interface Solver {
  readonly name: string;
  solve(problem: PlacementProblem, options: SolveOptions): Solution;
}

/**
 * A share that no layout exceeds which places at least so many models (all where nothing is said).
 * -Infinity is a proof that there is no such layout at all.
 */
export type Bounder = (
  problem: PlacementProblem,
  placed?: readonly PlacedLeast[],
) => Promise<number>;
