import { onEachHost } from "../each-host.ts";
import type { Assignment, PlacementProblem, Solution, SolveOptions } from "../problem.ts";
import type { Work } from "../work.ts";
import { Effort } from "./effort.ts";
import { cheapest } from "./exact-cost.ts";
import { placeMost } from "./exact-placed.ts";
import { shareFairly } from "./exact-share.ts";
import type { FleetIndex } from "./fleet-index.ts";
import { indexFleet } from "./fleet-index.ts";
import { greedyLayout } from "./greedy.ts";
import { runSteps, type Steps } from "./large/steps.ts";
import type { Layout } from "./layout.ts";
import { compareReached, layoutIn, reachedBy } from "./layout.ts";
import type { Ratio } from "./levels.ts";
import { compareRatios, EVERYTHING } from "./levels.ts";
import type { Judged } from "./solution.ts";
import { NOTHING_PROVEN, solutionOf, unproven } from "./solution.ts";
import type { Solver } from "./solver.ts";
import type { Asker, CostStage, Search, Stage } from "./standings.ts";

/** Largest fleet that is searched exactly; a state costs a look at every card. */
const MOST_CARDS = 64;

/** Greedy first, then branch and bound stage by stage as far as the node limit allows. */
export const exactSolver: Solver = {
  name: "exact",
  solve: (problem, options) => runSteps(exactly(problem, options.work)(options)),
};

/**
 * Searches that go on from each other's answers: by branch and bound over cards or by whoever is given to answer
 * the questions.
 */
export function exactly(
  problem: PlacementProblem,
  work?: Work,
): (options: SolveOptions, by?: Given) => Steps<Solution> {
  const { problem: each, merged, apart } = onEachHost(problem);
  const fleet = indexFleet(each, work);
  let layout: Layout | undefined;
  return function* exact(options, { asker, from, most } = {}): Steps<Solution> {
    const search = { fleet, effort: new Effort(options), ...(asker ? { asker } : {}) };
    const incumbent = layout ?? (from && layoutIn(fleet, from.map(apart))) ?? greedyLayout(fleet);
    const mayAsk = asker === undefined ? mayBeSearched(problem) : mayBeBranched(problem);
    const judged = mayAsk ? yield* exactLayout(search, incumbent, most) : unproven(incumbent);
    ({ layout } = judged);
    return merged(solutionOf(fleet, judged));
  };
}

/** Who answers the questions instead of a search over cards, and a layout to begin with instead of the greedy one. */
interface Given {
  readonly asker?: Asker;
  readonly from?: readonly Assignment[];
  /** A share that not all models can have more than, which counts where all are placed. */
  readonly most?: number;
}

/** Whether a fleet has few enough cards for an exact search. */
export function mayBeSearched({ cards }: PlacementProblem): boolean {
  return cards.length <= MOST_CARDS;
}

/** Branch and price takes more cards where replicas are few: a dive places one in a round of its programme. */
const MOST_BRANCHED = 96;
const MOST_REPLICAS = 128;

/** Whether a fleet is small enough for branch and price. */
export function mayBeBranched(problem: PlacementProblem): boolean {
  const replicas = problem.demands.reduce((sum, demand) => sum + demand.replicas, 0);
  return (
    mayBeSearched(problem) || (problem.cards.length <= MOST_BRANCHED && replicas <= MOST_REPLICAS)
  );
}

/** The best layout within the options given, as far as the effort allows; never worse than `incumbent`. */
function* exactLayout(
  search: Search,
  incumbent: Layout,
  most = Number.POSITIVE_INFINITY,
): Steps<Judged> {
  const { fleet, effort } = search;
  const placed = yield* placeMost(search, incumbent);
  const shared = yield* shareFairly(search, placed, most);
  const cost = yield* cheapestOf(search, shared);
  const { nodes } = effort;
  const shareBound = placed.isProven ? (shared.bound ?? EVERYTHING) : EVERYTHING;
  const reached = reachedBy(fleet, cost.layout);
  const first = reachedBy(fleet, incumbent);
  const isFirstBetter = compareReached(first, reached) > 0;
  const isLevel =
    compareReached({ ...first, links: 0, mixing: 0 }, { ...reached, links: 0, mixing: 0 }) === 0;
  if (isFirstBetter && !isLevel) {
    const isStill = { placed: placed.isProven, share: hasShare(fleet, incumbent, shareBound) };
    const proven = { ...NOTHING_PROVEN, ...isStill };
    return { layout: incumbent, proven, shareBound, nodes };
  }
  const isAmbiguous = shared.state.standings.some((standing) => standing.low.length > 0);
  const sequences = shared.isProven && (!isAmbiguous || cost.isPrecisionProven);
  const proven = {
    ...NOTHING_PROVEN,
    placed: placed.isProven,
    share: placed.isProven && hasShare(fleet, cost.layout, shareBound),
    sequences,
    ...(sequences ? laterProven(cost) : {}),
  };
  return { layout: isFirstBetter ? incumbent : cost.layout, proven, shareBound, nodes };
}

function laterProven(cost: CostStage): Partial<Judged["proven"]> {
  return {
    precision: cost.isPrecisionProven,
    cost: cost.isCostProven,
    cards: cost.isCardsProven,
    links: cost.isLinksProven,
    mixing: cost.isMixingProven,
  };
}

function* cheapestOf(search: Search, { state, layout }: Stage): Steps<CostStage> {
  const { asker } = search;
  return asker === undefined
    ? cheapest(search, state, layout)
    : yield* asker.cheapest(search, state, layout);
}

/** Whether the least share is the bound; with nothing placed there is none to raise. */
function hasShare(fleet: FleetIndex, layout: Layout, bound: Ratio): boolean {
  const least = reachedBy(fleet, layout).shares[0];
  return least === undefined || compareRatios(least, bound) === 0;
}
