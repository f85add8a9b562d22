import type { ObjectiveStage, PlacementProblem, Solution } from "../problem.ts";
import { type FleetIndex, indexFleet } from "./fleet-index.ts";
import { compareReached, layoutIn, reachedBy } from "./layout.ts";
import { EVERYTHING } from "./levels.ts";
import { comparePlaced } from "./second-look.ts";
import { EVERYTHING_PROVEN, NOTHING_PROVEN, solutionOf } from "./solution.ts";
import { type Spans, spansOf, splitSpans, withinSpans } from "./spans.ts";

/** A problem that is to be solved on the way. */
export interface SpreadTrial {
  readonly problem: PlacementProblem;
  readonly nodeLimit: number;
  /** States looked at before it. */
  readonly nodes: number;
  /** Whether it leaves anything out that the problem given allows, so that its bounds hold for part of the layouts only. */
  readonly isPart: boolean;
}

/** Asks for solutions, and returns the best of them. */
type Trials<T> = Generator<SpreadTrial, T, Solution>;

/** Part of the node limit for the most even spread, where others are looked at after it. */
const EVEN_PART = 0.5;

/**
 * The best layout over all ways to spread the replicas of models that are to outlive a host: with more of them on one,
 * fewer are left when it is lost, and each holds more. The most even spread is solved first. Then layouts of any spread
 * that hold as little as the most even one: where such a layout does not outlive a loss, the spreads that it shows not
 * to hold are cut off on either side of it. A problem that leaves no such choice is solved as it is.
 *
 * Models that carry a rate are spread as evenly as they can be, for more of them are left to carry it; in any
 * other way only where more models have a place then.
 */
export function* overSpreads(problem: PlacementProblem, nodeLimit: number): Trials<Solution> {
  const spans = spansOf(problem);
  const free = new Map(
    [...spans].filter(([i]) => problem.demands[i]?.survives?.carriesRate !== true),
  );
  const even = yield* over(problem, free, { nodeLimit, nodes: 0 });
  if (spans.size === free.size || even.unplaced.length === 0) {
    return even;
  }
  const left = Math.max(1, nodeLimit - even.nodes);
  const any = yield* over(problem, spans, { nodeLimit: left, nodes: even.nodes });
  const nodes = even.nodes + any.nodes;
  return comparePlaced(problem, any, even) > 0
    ? { ...any, nodes }
    : { ...asFarAs(any, even), nodes };
}

/** The most even spread, where no other is known to place more: as far as that is proven of all spreads. */
function asFarAs(any: Solution, even: Solution): Solution {
  const bound = any.objective.find(({ id }) => id === "placed")?.bound ?? 0;
  return {
    ...even,
    status: any.status === "optimal" ? even.status : "feasible",
    objective: even.objective.map((stage) =>
      stage.id === "placed" ? { ...stage, bound: Math.max(stage.bound, bound) } : stage,
    ),
  };
}

interface Limits {
  readonly nodeLimit: number;
  /** States looked at before. */
  readonly nodes: number;
}

function* over(
  problem: PlacementProblem,
  spans: Spans,
  { nodeLimit, nodes: before }: Limits,
): Trials<Solution> {
  if (spans.size === 0) {
    return yield { problem, nodeLimit, nodes: before, isPart: false };
  }
  const search = new SpreadSearch(problem);
  const most = Math.ceil(nodeLimit * EVEN_PART);
  search.take(yield { problem, nodeLimit: most, nodes: before, isPart: true });
  let isPart = false;
  const open = [spans];
  while (open.length > 0 && (!isPart || search.nodes < nodeLimit)) {
    const own = open.pop() ?? spans;
    const found = yield {
      problem: withinSpans(problem, own),
      nodeLimit: Math.max(1, nodeLimit - search.nodes),
      nodes: before + search.nodes,
      isPart,
    };
    const split = search.isBetter(found) ? splitSpans(problem, own, found.assignments) : undefined;
    if (split === undefined) {
      search.close(found);
    } else {
      search.pass(found);
      open.push(split.closer, split.evener);
    }
    isPart = true;
  }
  return search.solution(open.length === 0);
}

/** The best layout so far, and what is known of those that were not looked at. */
class SpreadSearch {
  nodes = 0;
  private readonly fleet: FleetIndex;
  private best: Solution | undefined;
  /** The first solution over all spreads: its bounds hold for all of them. */
  private all: Solution | undefined;
  private isProven = true;

  constructor(problem: PlacementProblem) {
    this.fleet = indexFleet(problem);
  }

  /** A layout that outlives what it is to outlive. */
  take(found: Solution): void {
    this.nodes += found.nodes;
    this.best = found;
  }

  isBetter(found: Solution): boolean {
    return this.best === undefined || this.compare(found, this.best) > 0;
  }

  /** No layout of these spreads is better than `found` or than the best, as far as `found` is proven. */
  close(found: Solution): void {
    this.pass(found);
    this.isProven &&= found.status === "optimal";
    if (this.isBetter(found)) {
      this.best = found;
    }
  }

  /** Its layout is none, and its spreads are looked at by and by. */
  pass(found: Solution): void {
    this.nodes += found.nodes;
    this.all ??= found;
  }

  solution(isAll: boolean): Solution {
    const assignments = this.best?.assignments ?? [];
    const layout = layoutIn(this.fleet, assignments);
    const isProven = isAll && this.isProven;
    const judged = {
      layout,
      proven: isProven ? EVERYTHING_PROVEN : NOTHING_PROVEN,
      shareBound: EVERYTHING,
      nodes: this.nodes,
    };
    const solution = { ...solutionOf(this.fleet, judged), assignments };
    return isProven ? solution : this.bounded(solution);
  }

  /** No spread places more than was proven of all of them, nor gives the least model more where as many are placed. */
  private bounded(solution: Solution): Solution {
    const { all } = this;
    const isAsMany = all !== undefined && comparePlaced(this.fleet.problem, all, solution) === 0;
    const known: readonly ObjectiveStage["id"][] = isAsMany ? ["placed", "share"] : ["placed"];
    return {
      ...solution,
      objective: solution.objective.map((stage) => {
        const other = all?.objective.find(({ id }) => id === stage.id);
        return other === undefined || !known.includes(stage.id)
          ? stage
          : { ...stage, bound: Math.max(stage.value, Math.min(stage.bound, other.bound)) };
      }),
    };
  }

  private compare(a: Solution, b: Solution): number {
    return compareReached(this.reached(a), this.reached(b));
  }

  private reached({ assignments }: Solution): ReturnType<typeof reachedBy> {
    return reachedBy(this.fleet, layoutIn(this.fleet, assignments));
  }
}
