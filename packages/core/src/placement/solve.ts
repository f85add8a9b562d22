import type { ObjectiveStage, PlacementProblem, Solution, SolveOptions } from "./problem.ts";
import { anySizeSolver, isSmall } from "./solvers/any-size.ts";
import { exactly, mayBeBranched, mayBeSearched } from "./solvers/exact.ts";
import { solveLarge } from "./solvers/large/large-solver.ts";
import { runStepsWithPauses } from "./solvers/large/steps.ts";
import type { OpenProgram } from "./solvers/linear-program.ts";
import type { PlacedLeast } from "./solvers/milp.ts";
import { overSpreads, type SpreadTrial } from "./solvers/over-spreads.ts";
import { closerOf, hasSpanning, secondLook } from "./solvers/second-look.ts";
import type { Bounder, Solver } from "./solvers/solver.ts";
import type { Asker } from "./solvers/standings.ts";
import { Work } from "./work.ts";

/**
 * Who goes where. Stages of the objective, each decided before the next is looked at:
 *
 * 1. placed: how many models have their least, at the highest priority first. One more model of a
 *    priority outweighs any number of lower ones.
 * 2. share: every replica of a model holds the same number of sequences; a model serves all of them
 *    together, counted up to what it wants, and its share is served/wanted. The shares of the placed
 *    models are compared least first (leximin): the least one is as large as can be, then the
 *    second least, and so on. The value reported is the least one.
 * 3. sequences: all served together. Mostly settled by the shares.
 * 4. precision: the sum of the preferences of all replicas' options, as small as can be.
 * 5. cards: as few as can be.
 * 6. links: the weak links that ranks cross which talk to each other, as few as can be: none for an NVLink, one
 *    within a NUMA node, two beyond, three between hosts; twice in a tensor parallel group, once from stage to stage. The solver
 *    counts what an option's cards allow at best; which of equal cards ranks are on is decided after it.
 * 7. mixing: GPU models within a replica beyond one, as few as can be.
 *
 * Goals (goal.ts) go before the precision; where one is a price, precision comes after the cards.
 *
 * What is still equal is decided by the order of the demands (larger ones first where they differ),
 * of the options and of the cards in the problem. Same problem and options, same answer.
 *
 * A small fleet is searched over cards first and then, where there are linear programs, by branch and price
 * (solvers/branch). A fleet that is too large for a search over cards is packed, repaired and bounded instead
 * (solvers/large); up to 64 cards, or 96 with few replicas, branch and price goes on from there.
 *
 * How evenly the replicas of a model are spread that is to outlive a host is one more choice (solvers/over-spreads.ts).
 *
 * "optimal" is a proof within the options given: all shares are k/wanted with whole k, so that the
 * next larger one being impossible is all that is to be shown. Where the node limit came first the
 * answer is "feasible", and each stage says what is known: a bound that equals the value is proven,
 * any other holds for plans that place as many models at each priority.
 */
export function solve(
  problem: PlacementProblem,
  options: SolveOptions,
  solver: Solver = anySizeSolver,
): Solution {
  const trials = overSpreads(problem, options.nodeLimit);
  let next = trials.next();
  while (next.done !== true) {
    next = trials.next(solver.solve(next.value.problem, optionsOf(options, next.value)));
  }
  return next.value;
}

/** Limits of one of several trials; a bound that holds for a part of the layouts only is not told. */
function optionsOf(options: SolveOptions, { nodeLimit, nodes, isPart }: SpreadTrial): SolveOptions {
  const { onProgress } = options;
  return onProgress === undefined
    ? { ...options, nodeLimit }
    : {
        ...options,
        nodeLimit,
        onProgress: (now) => {
          onProgress({ ...now, bound: isPart ? 1 : now.bound, nodes: now.nodes + nodes });
        },
      };
}

/**
 * As `solve`, with a pause now and then; where the limit of an exact search came first, the search
 * over large fleets has a second look, and `bounder` is asked how far the answer may be from the best.
 * `programs` is asked for linear programs where a search over large fleets is to bound with them.
 */
export async function solveWithBound(
  problem: PlacementProblem,
  options: SolveOptions,
  bounder: Bounder,
  programs?: () => Promise<OpenProgram>,
): Promise<Solution> {
  const trials = overSpreads(problem, options.nodeLimit);
  let next = trials.next();
  while (next.done !== true) {
    const { value: trial } = next;
    const own = optionsOf(options, trial);
    next = trials.next(await solveOne(trial.problem, own, bounder, programs));
  }
  return next.value;
}

async function solveOne(
  problem: PlacementProblem,
  options: SolveOptions,
  bounder: Bounder,
  programs?: () => Promise<OpenProgram>,
): Promise<Solution> {
  const pause = options.pause ?? noPause;
  if (!isSmall(problem)) {
    return solveLarger(problem, { ...options, pause }, await programs?.());
  }
  const { nodeLimit } = options;
  const few = Math.min(MOST_QUICK, Math.ceil(nodeLimit * QUICK_PART));
  const quick = { ...options, nodeLimit: programs === undefined ? nodeLimit : few };
  const work = programs === undefined ? undefined : new Work(MOST_LISTED);
  const first = await runStepsWithPauses(exactly(problem, work)(quick), pause);
  if (first.status === "optimal") {
    return first;
  }
  const open = await programs?.();
  const branched =
    open === undefined
      ? first
      : await branchFrom(exactly(problem), first, { ...options, open, pause });
  const rest = isUnsure(branched) ? open : undefined;
  const solution = await runStepsWithPauses(secondLook(problem, branched, options, rest), pause);
  const stage = (id: ObjectiveStage["id"]) => solution.objective.find((one) => one.id === id);
  const bounds = new Map<ObjectiveStage["id"], number>();
  if (isOpen(stage("placed"))) {
    bounds.set("placed", await placedBound(problem, solution, bounder));
  }
  if (isOpen(stage("share"))) {
    bounds.set("share", await bounder(problem, placedBy(problem, solution)));
  }
  return {
    ...solution,
    objective: solution.objective.map((one) => bounded(one, bounds.get(one.id))),
  };
}

/**
 * Packs, repairs and bounds; where the cards are not too many for it, branch and price goes on from the layout found:
 * that takes replicas by how many run which way, so that many of them are no matter.
 */
async function solveLarger(
  problem: PlacementProblem,
  options: Watched,
  open: OpenProgram | undefined,
): Promise<Solution> {
  const { nodeLimit, pause } = options;
  const mayBranch = open !== undefined && mayBeBranched(problem) && !hasSpanning(problem);
  const isQuick = mayBranch && mayBeSearched(problem);
  const part = mayBranch ? Math.ceil(nodeLimit * PACKED_PART) : nodeLimit;
  const limit = isQuick ? Math.min(MOST_PACKED, part) : part;
  const packed = await runStepsWithPauses(
    solveLarge(problem, { ...options, nodeLimit: limit }, open, isQuick ? "rough" : "close"),
    pause,
  );
  if (!mayBranch || packed.status === "optimal" || options.signal?.aborted === true) {
    return packed;
  }
  const branched = await branchFrom(exactly(problem), packed, { ...options, open });
  return { ...closerOf(problem, branched, packed), nodes: branched.nodes };
}

/** Part of the node limit that packing may take where branch and price follows, and most states of it on few cards. */
const PACKED_PART = 0.25;
const MOST_PACKED = 60_000;

type Watched = SolveOptions & { readonly pause: () => Promise<void> };

/** Goes on by branch and price from what is known. */
async function branchFrom(
  exact: ReturnType<typeof exactly>,
  known: Solution,
  { open, pause, ...options }: Watched & { readonly open: OpenProgram },
): Promise<Solution> {
  const nodeLimit = Math.max(0, options.nodeLimit - known.nodes);
  const asker = await askerWith(open);
  const found = await runStepsWithPauses(
    exact(goingOn({ ...options, nodeLimit }, known), {
      asker,
      from: known.assignments,
      ...shareBoundOf(known),
    }),
    pause,
  );
  return { ...found, nodes: found.nodes + known.nodes };
}

/** Tells of what goes on from there: states count from the start, and no bound gets looser again. */
function goingOn(options: SolveOptions, known: Solution): SolveOptions {
  const { onProgress } = options;
  const { most = Number.POSITIVE_INFINITY } = shareBoundOf(known);
  return onProgress === undefined
    ? options
    : {
        ...options,
        onProgress: ({ bound, nodes, ...now }) => {
          onProgress({ ...now, bound: Math.min(bound, most), nodes: nodes + known.nodes });
        },
      };
}

/** The bound of the fairest share, where it is one for layouts of all models. */
function shareBoundOf({ objective, unplaced }: Solution): { readonly most?: number } {
  const share = objective.find(({ id }) => id === "share");
  return share === undefined || unplaced.length > 0 ? {} : { most: share.bound };
}

/**
 * Part of the node limit that is tried without linear programs, and most states of it: that settles what is easy in less
 * time than they take to load.
 */
const QUICK_PART = 0.1;
const MOST_QUICK = 100_000;

/**
 * Work that it may take to list how all replicas of a model run together, which branch and price does not need: three
 * replicas on hosts with limits took half a minute.
 */
const MOST_LISTED = 500_000;

/** Many plans need no branch and price: it is loaded when it is. */
async function askerWith(open: OpenProgram): Promise<Asker> {
  const { branchingAsker } = await import("./solvers/branch/branching-asker.ts");
  return branchingAsker(open);
}

/** Whether more could be placed or shared, as far as is known. */
function isUnsure({ objective }: Solution): boolean {
  return objective.some(
    (stage) => (stage.id === "placed" || stage.id === "share") && isOpen(stage),
  );
}

function noPause(): Promise<void> {
  return Promise.resolve();
}

function isOpen(stage: ObjectiveStage | undefined): boolean {
  return stage !== undefined && stage.bound > stage.value;
}

/** Never looser than it was, and never below what was reached. */
function bounded(stage: ObjectiveStage, bound: number | undefined): ObjectiveStage {
  const least = Math.min(stage.bound, bound ?? stage.bound);
  return bound === undefined ? stage : { ...stage, bound: Math.max(stage.value, least) };
}

/** The largest number of models that is not proven to be impossible. */
async function placedBound(
  problem: PlacementProblem,
  solution: Solution,
  bounder: Bounder,
): Promise<number> {
  const placed = problem.demands.length - solution.unplaced.length;
  for (let models = problem.demands.length; models > placed; models -= 1) {
    const share = await bounder(problem, [{ priority: undefined, models }]);
    if (share !== Number.NEGATIVE_INFINITY) {
      return models;
    }
  }
  return placed;
}

function placedBy(problem: PlacementProblem, solution: Solution): PlacedLeast[] {
  const out = new Set(solution.unplaced);
  const placed = problem.demands.filter((demand) => !out.has(demand.model));
  return [...new Set(problem.demands.map((demand) => demand.priority))].map((priority) => ({
    priority,
    models: placed.filter((demand) => demand.priority === priority).length,
  }));
}
