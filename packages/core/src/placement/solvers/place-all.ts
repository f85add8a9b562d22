import { onEachHost } from "../each-host.ts";
import type { Assignment, PlacementProblem, SolveOptions } from "../problem.ts";
import type { Verdict } from "../quick-xplain.ts";
import { isShortInAll } from "../short-in-all.ts";
import type { Work } from "../work.ts";
import { Effort } from "./effort.ts";
import { indexFleet } from "./fleet-index.ts";
import { greedyLayout } from "./greedy.ts";
import { runSteps } from "./large/steps.ts";
import { assignmentsOf } from "./layout.ts";
import { NOTHING } from "./levels.ts";
import { ask } from "./questions.ts";
import { type Spans, spansOf, splitSpans, withinSpans } from "./spans.ts";

/** Largest fleet in which it is proven that there is no room; a state costs a look at every card. */
const MOST_CARDS = 64;

/** Whether every demand can have its least at once, as far as the node limit tells. Nothing is said of more. */
export function canPlaceAll(problem: PlacementProblem, options: SolveOptions): Verdict {
  return placeAllWith(problem, new Effort(options));
}

/** As `canPlaceAll`; states are counted in `effort`, listing ways in `work` where that is given. */
export function placeAllWith(problem: PlacementProblem, effort: Effort, work?: Work): Verdict {
  const even = placeAllOf(problem, effort, work);
  const spans = spansOf(problem);
  return even.verdict === "feasible" || spans.size === 0
    ? even.verdict
    : placeAllOver(problem, spans, { effort, work });
}

/** Whether they can with their replicas spread in any way in which they outlive what they are to outlive. */
function placeAllOver(
  problem: PlacementProblem,
  spans: Spans,
  { effort, work }: { readonly effort: Effort; readonly work: Work | undefined },
): Verdict {
  const open = [spans];
  let verdict: Verdict = "infeasible";
  for (let own = open.pop(); own !== undefined; own = open.pop()) {
    const found = placeAllOf(withinSpans(problem, own), effort, work);
    const split = splitSpans(problem, own, found.assignments ?? []);
    if (found.verdict === "feasible" && split === undefined) {
      return "feasible";
    }
    if (found.verdict === "unknown" || (split !== undefined && effort.left <= 0)) {
      verdict = "unknown";
    } else if (split !== undefined) {
      open.push(split.closer, split.evener);
    }
  }
  return verdict;
}

interface Placed {
  readonly verdict: Verdict;
  readonly assignments?: readonly Assignment[];
}

function placeAllOf(problem: PlacementProblem, effort: Effort, work?: Work): Placed {
  if (problem.demands.some((demand) => demand.options.length === 0)) {
    return { verdict: "infeasible" };
  }
  const demands = problem.demands.map((demand) => ({ ...demand, wanted: demand.least }));
  const fleet = indexFleet(onEachHost({ ...problem, demands }).problem, work);
  const greedy = greedyLayout(fleet);
  if (greedy.length === demands.length) {
    return { verdict: "feasible", assignments: assignmentsOf(fleet, greedy) };
  }
  if (isShortInAll({ ...problem, demands })) {
    return { verdict: "infeasible" };
  }
  if (problem.cards.length > MOST_CARDS) {
    return { verdict: "unknown" };
  }
  const standings = demands.map((_, model) => ({ model, level: "open" as const, low: [] }));
  const answer = runSteps(ask({ fleet, effort }, { standings, tiers: [] }, NOTHING));
  return answer.kind === "found"
    ? { verdict: VERDICTS.found, assignments: assignmentsOf(fleet, answer.layout) }
    : { verdict: VERDICTS[answer.kind] };
}

const VERDICTS = { found: "feasible", none: "infeasible", unknown: "unknown" } as const;
