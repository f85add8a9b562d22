import type { ObjectiveStage, PlacementProblem, Solution, SolveOptions } from "./problem.ts";
import { Effort } from "./solvers/effort.ts";
import type { ExactResult } from "./solvers/exact.ts";
import { exactLayout } from "./solvers/exact.ts";
import type { FleetIndex } from "./solvers/fleet-index.ts";
import { indexFleet } from "./solvers/fleet-index.ts";
import { greedyLayout } from "./solvers/greedy.ts";
import { assignmentsOf, reachedBy } from "./solvers/layout.ts";

export function solve(problem: PlacementProblem, options: SolveOptions): Solution {
  const fleet = indexFleet(problem);
  const effort = new Effort(options);
  const incumbent = greedyLayout(fleet);
  const result = exactLayout({ fleet, effort }, incumbent);
  return solutionOf(fleet, result, effort.nodes);
}

function solutionOf(fleet: FleetIndex, result: ExactResult, nodes: number): Solution {
  const isPlaced = new Set(result.layout.map((placed) => placed.model));
  return {
    assignments: assignmentsOf(fleet, result.layout),
    unplaced: fleet.problem.demands.filter((_, i) => !isPlaced.has(i)).map(({ model }) => model),
    status: Object.values(result.proven).every(Boolean) ? "optimal" : "feasible",
    objective: objectiveOf(fleet, result),
    nodes,
  };
}

function objectiveOf(
  fleet: FleetIndex,
  { layout, proven, shareBound }: ExactResult,
): ObjectiveStage[] {
  const reached = reachedBy(fleet, layout);
  const least = reached.shares[0];
  const share = least === undefined ? 0 : least.served / least.wanted;
  const values = {
    placed: layout.length,
    share,
    sequences: reached.sequences,
    precision: reached.precision,
    cards: reached.cards,
  };
  const bounds = {
    placed: fleet.problem.demands.length,
    share: shareBound.served / shareBound.wanted,
    sequences: fleet.problem.demands.reduce((sum, demand) => sum + demand.wanted, 0),
    precision: 0,
    cards: layout.length === 0 ? 0 : 1,
  };
  return (["placed", "share", "sequences", "precision", "cards"] as const).map((id) => ({
    id,
    value: values[id],
    bound: proven[id] ? values[id] : bounds[id],
  }));
}
