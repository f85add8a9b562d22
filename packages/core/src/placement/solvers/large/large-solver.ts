import type { PlacementProblem, Solution, SolveOptions } from "../../problem.ts";
import { Effort } from "../effort.ts";
import { mayBeSearched } from "../exact.ts";
import { fill } from "../fill.ts";
import { type FleetIndex, indexFleet } from "../fleet-index.ts";
import { compareReached, type Layout, prioritiesOf, reachedBy } from "../layout.ts";
import { compareRatios, EVERYTHING, NOTHING, type Ratio } from "../levels.ts";
import type { OpenProgram } from "../linear-program.ts";
import type { PlacedLeast } from "../milp.ts";
import { tightenPlaced } from "../patterns/tighten-placed.ts";
import { type Closeness, tightenShare } from "../patterns/tighten-share.ts";
import { type Judged, NOTHING_PROVEN, solutionOf } from "../solution.ts";
import type { Solver } from "../solver.ts";
import { layoutOfTarget, type Target } from "./at-share.ts";
import { Dives } from "./dives.ts";
import { placeMost } from "./place-most.ts";
import { preferPrecision } from "./prefer.ts";
import { priceFunction } from "./price-of.ts";
import { raise } from "./raise.ts";
import { Random } from "./random.ts";
import { RoomWorth } from "./room-worth.ts";
import type { LargeSearch } from "./search.ts";
import { boundShare, CAREFUL, evenPrices, mostPlaced, QUICK } from "./share-bound.ts";
import { sitesOf } from "./sites.ts";
import { runSteps, type Steps } from "./steps.ts";

/**
 * For fleets of any size: packs at the bound's prices, repairs what does not fit by guided ejections, and
 * climbs from share to share. Bounds the share by prices at which no more can be paid for.
 */
export const largeSolver: Solver = {
  name: "large",
  solve: (problem, options) => runSteps(solveLarge(problem, options)),
};

/**
 * As the solver, in steps; with linear programs the bound is closer, which helps the search as well. A rough bound of the
 * share will do where branch and price follows, whose own programme says more in less time.
 */
export function* solveLarge(
  problem: PlacementProblem,
  options: SolveOptions,
  open?: OpenProgram,
  closeness: Closeness = "close",
): Steps<Solution> {
  const fleet = indexFleet(problem);
  const even = priceFunction(fleet, evenPrices(fleet));
  const search: LargeSearch = {
    fleet,
    sites: sitesOf(fleet),
    effort: new Effort(options),
    random: new Random(options.seed ?? 1),
    priceOf: even,
    pricings: [even],
    worths: [],
  };
  const target = yield* placeMost(search);
  const placed = placedBy(fleet, target);
  const { share, prices } = yield* boundShare(search, placed, open ? QUICK : CAREFUL);
  const loose = share ?? NOTHING;
  const tight = open && (yield* tightenShare(search, { open, placed, bound: loose, closeness }));
  const bound = tight?.share ?? loose;
  const loosely = priceFunction(fleet, prices);
  const pricings = [even, loosely, ...(tight?.priceOf ? [tight.priceOf] : [])];
  const worths = [new RoomWorth(fleet, tight?.priceOf ?? loosely)];
  const isDiving = problem.cards.length <= MOST_DIVED && !mayBeSearched(problem);
  const dives =
    open && tight && isDiving ? new Dives({ ...search, open, startOf: tight.startOf }) : undefined;
  const raised = yield* raise({ ...search, pricings, worths, dives }, target, {
    bound,
    found: (now) => {
      tell(search, { ...now, bound });
    },
  });
  const layout = finished(search, raised.target);
  const most = yield* mostPlacedIn(search, layout.length, open);
  const solution = solutionOf(fleet, judge(search, layout, { bound, most }));
  return {
    ...solution,
    objective: solution.objective.map((stage) =>
      stage.id === "placed" ? { ...stage, bound: most } : stage,
    ),
  };
}

/** On more cards a dive takes longer than the whole search may. */
const MOST_DIVED = 512;

/** No layout places more models than this; `placed` are. */
function* mostPlacedIn(search: LargeSearch, placed: number, open?: OpenProgram): Steps<number> {
  if (placed === search.fleet.problem.demands.length) {
    return placed;
  }
  const most = yield* mostPlaced(search, placed);
  return open === undefined ? most : yield* tightenPlaced(search, { open, atLeast: placed, most });
}

/** Every card filled up, then the precisions that are liked best. */
function finished(search: LargeSearch, target: Target): Layout {
  const packed = layoutOfTarget(search.sites, target);
  const filled = fill(search.fleet, packed, new Set(packed.map(({ model }) => model)));
  const preferred = preferPrecision(search, filled, target.packing);
  const [a, b] = [filled, preferred].map((layout) => reachedBy(search.fleet, layout));
  return a !== undefined && b !== undefined && compareReached(b, a) >= 0 ? preferred : filled;
}

function judge(
  { fleet, effort }: LargeSearch,
  layout: Layout,
  at: { readonly bound: Ratio; readonly most: number },
): Judged {
  const least = reachedBy(fleet, layout).shares[0];
  const isOnePriority = prioritiesOf(fleet).length === 1;
  const isAll = layout.length === fleet.problem.demands.length;
  const proven = {
    ...NOTHING_PROVEN,
    placed: isAll || (isOnePriority && at.most === layout.length),
    share: least !== undefined && compareRatios(least, at.bound) >= 0,
  };
  const shareBound = least === undefined ? EVERYTHING : larger(least, at.bound);
  return { layout, proven, shareBound, nodes: effort.nodes };
}

function larger(a: Ratio, b: Ratio): Ratio {
  return compareRatios(a, b) < 0 ? b : a;
}

function placedBy(fleet: FleetIndex, { levels }: Target): PlacedLeast[] {
  const { demands } = fleet.problem;
  return prioritiesOf(fleet).map((priority) => ({
    priority,
    models: [...levels.keys()].filter((model) => demands[model]?.priority === priority).length,
  }));
}

function tell(
  { effort }: LargeSearch,
  now: { readonly target: Target; readonly share: Ratio; readonly bound: Ratio },
): void {
  effort.tell({
    placed: now.target.levels.size,
    share: now.share.served / now.share.wanted,
    bound: now.bound.served / now.bound.wanted,
  });
}
