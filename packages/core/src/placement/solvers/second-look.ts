import { hostsOfClasses } from "../each-host.ts";
import type { ObjectiveStage, PlacementProblem, Solution, SolveOptions } from "../problem.ts";
import { solveLarge } from "./large/large-solver.ts";
import type { Steps } from "./large/steps.ts";
import type { OpenProgram } from "./linear-program.ts";

/** Part of the node limit that the second search may take. */
const PART_OF_LIMIT = 0.25;

type StageId = ObjectiveStage["id"];

/**
 * What the search over large fleets makes of a small one that an exact search left open: its answer where that
 * places more or gives the least model more, and in any case the closer bound.
 */
export function* secondLook(
  problem: PlacementProblem,
  first: Solution,
  { nodeLimit, onProgress: _, ...options }: SolveOptions,
  open?: OpenProgram,
): Steps<Solution> {
  if (!isOpen(first) || options.signal?.aborted === true || hasSpanning(problem)) {
    return first;
  }
  const limit = Math.ceil(nodeLimit * PART_OF_LIMIT);
  const second = yield* solveLarge(problem, { ...options, nodeLimit: limit }, open);
  return { ...closerOf(problem, first, second), nodes: first.nodes + second.nodes };
}

/** The answer that places more or gives the least model more, the first of equals, with the closer bound of both. */
export function closerOf(problem: PlacementProblem, first: Solution, second: Solution): Solution {
  const more = comparePlaced(problem, second, first);
  const gain = more === 0 ? stageOf(second, "share").value - stageOf(first, "share").value : more;
  const [better, other] = gain > 0 ? [second, first] : [first, second];
  // a bound of the share holds for layouts that place as many at each priority
  const shared: readonly StageId[] = more === 0 ? ["placed", "share"] : ["placed"];
  return {
    ...better,
    objective: better.objective.map((stage) =>
      shared.includes(stage.id) ? closer(stage, stageOf(other, stage.id)) : stage,
    ),
  };
}

/** The search over large fleets knows no option over several hosts, so that its bounds hold without them only. */
export function hasSpanning(problem: PlacementProblem): boolean {
  const hosts = hostsOfClasses(problem);
  return problem.demands.some(({ options }) =>
    options.some(({ stages }) => {
      const [first = [], ...others] = stages.map(({ cardClass }) => hosts.get(cardClass) ?? []);
      return !first.some((host) => others.every((own) => own.includes(host)));
    }),
  );
}

function isOpen(solution: Solution): boolean {
  return (["placed", "share"] as const).some((id) => {
    const { value, bound } = stageOf(solution, id);
    return bound > value;
  });
}

function stageOf({ objective }: Solution, id: StageId): ObjectiveStage {
  return objective.find((stage) => stage.id === id) ?? { id, value: 0, bound: 0 };
}

function closer(stage: ObjectiveStage, other: ObjectiveStage): ObjectiveStage {
  return { ...stage, bound: Math.max(stage.value, Math.min(stage.bound, other.bound)) };
}

/** Positive where `a` places more models at the highest priority at which the two differ. */
export function comparePlaced({ demands }: PlacementProblem, a: Solution, b: Solution): number {
  const [outOfA, outOfB] = [a, b].map(({ unplaced }) => new Set(unplaced));
  const priorities = [...new Set(demands.map(({ priority }) => priority))].sort((x, y) => y - x);
  const differences = priorities.map((priority) => {
    const own = demands.filter((demand) => demand.priority === priority);
    const isIn = (out?: ReadonlySet<string>) => own.filter(({ model }) => !out?.has(model)).length;
    return isIn(outOfA) - isIn(outOfB);
  });
  return differences.find((difference) => difference !== 0) ?? 0;
}
