import { onEachHost } from "../each-host.ts";
import type { PlacementProblem, SolveOptions } from "../problem.ts";
import type { Verdict } from "../quick-xplain.ts";
import { isShortInAll } from "../short-in-all.ts";
import type { Work } from "../work.ts";
import { Effort } from "./effort.ts";
import { indexFleet } from "./fleet-index.ts";
import { greedyLayout } from "./greedy.ts";
import { runSteps } from "./large/steps.ts";
import { NOTHING } from "./levels.ts";
import { ask } from "./questions.ts";

/** Largest fleet in which it is proven that there is no room; a state costs a look at every card. */
const MOST_CARDS = 64;

/** Whether every demand can have its least at once, as far as the node limit tells. Nothing is said of more. */
export function canPlaceAll(problem: PlacementProblem, options: SolveOptions): Verdict {
  return placeAllWith(problem, new Effort(options));
}

/** As `canPlaceAll`; states are counted in `effort`, listing ways in `work` where that is given. */
export function placeAllWith(problem: PlacementProblem, effort: Effort, work?: Work): Verdict {
  if (problem.demands.some((demand) => demand.options.length === 0)) {
    return "infeasible";
  }
  const demands = problem.demands.map((demand) => ({ ...demand, wanted: demand.least }));
  const fleet = indexFleet(onEachHost({ ...problem, demands }).problem, work);
  if (greedyLayout(fleet).length === demands.length) {
    return "feasible";
  }
  if (isShortInAll({ ...problem, demands })) {
    return "infeasible";
  }
  if (problem.cards.length > MOST_CARDS) {
    return "unknown";
  }
  const standings = demands.map((_, model) => ({ model, level: "open" as const, low: [] }));
  const answer = runSteps(ask({ fleet, effort }, { standings, tiers: [] }, NOTHING));
  return VERDICTS[answer.kind];
}

const VERDICTS = { found: "feasible", none: "infeasible", unknown: "unknown" } as const;
