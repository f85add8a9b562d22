import type { PlacedFleet } from "../placement/place-fleet.ts";
import { prepare } from "../placement/place-fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import type { FleetProblem } from "./plan-problem.ts";

export interface SolvedProblem {
  readonly problem: FleetProblem;
  readonly placed: PlacedFleet;
}

export interface SharedRisk extends SolvedProblem {
  /**
   * What tells why models have no place, and what would help: the chance to miss is shared by all then, so that it still
   * is enough when they have one.
   */
  readonly toExplain: SolvedProblem;
}

type Solve = (problem: FleetProblem) => Promise<PlacedFleet>;

/** States of a search beyond which the fleet is not solved again for the little that headroom may give. */
const MOST_NODES = 500_000;
/** Fewer and fewer models with a place get more and more of the chance to miss; nearly always the first time is enough. */
const MOST_TIMES = 3;

/**
 * Who goes where, when the chance that the plan does not hold is shared by those who have a place alone: replicas of
 * models that are refused need no headroom. Models that no card can run, even with all of that chance for themselves,
 * count for nothing; then the fleet is solved again with what the others leave, as long as that holds.
 */
export async function solveSharingRisk(given: FleetProblem, solve: Solve): Promise<SharedRisk> {
  const first = { problem: given, placed: await solve(given) };
  const out = first.placed.solution.unplaced;
  if (out.length === 0) {
    return { ...first, toExplain: first };
  }
  const best = await shared(first, solve);
  const isSame = best.placed.solution.unplaced.join() === out.join();
  return { ...best, toExplain: isSame ? first : { problem: given, placed: best.placed } };
}

async function shared(first: SolvedProblem, solve: Solve): Promise<SolvedProblem> {
  let best = await withoutHopeless(first, solve);
  let replicas = placedReplicas(best.placed);
  for (let time = 0; time < MOST_TIMES && best.placed.solution.nodes <= MOST_NODES; time += 1) {
    const problem = sharedBy(best.problem, replicas);
    if (replicas === 0 || problem === undefined) {
      break;
    }
    const placed = await solve(problem);
    const count = placedReplicas(placed);
    if (count <= replicas && isNoWorse(placed, best)) {
      best = { problem, placed };
    }
    if (count === replicas) {
      break;
    }
    replicas = count;
  }
  return best;
}

/** Solved again without those that have no place whatever they are given; the same where there are none. */
async function withoutHopeless(solved: SolvedProblem, solve: Solve): Promise<SolvedProblem> {
  const { problem, placed } = solved;
  const hopeless = new Set(
    placed.enumerations
      .filter(({ demand }) => demand.options.length === 0)
      .map(({ demand }) => demand.model)
      .filter((name) => isHopeless(problem, name)),
  );
  const others = problem.models.filter(({ name }) => !hopeless.has(name));
  const replicas = others.reduce((sum, model) => sum + model.replicas, 0);
  const left = hopeless.size > 0 && replicas > 0 ? sharedBy(problem, replicas) : undefined;
  return left === undefined ? solved : { problem: left, placed: await solve(left) };
}

function isHopeless({ fleet, models, chanceWanted }: FleetProblem, name: string): boolean {
  const alone = models
    .filter((model) => model.name === name)
    .map((model) => ({ ...model, risk: (1 - chanceWanted) / model.replicas }));
  return prepare(alone, fleet).enumerations.every(({ demand }) => demand.options.length === 0);
}

/** The models when so many replicas share the chance to miss; undefined where none of them gets more of it. */
function sharedBy(problem: FleetProblem, replicas: number): FleetProblem | undefined {
  const risk = (1 - problem.chanceWanted) / replicas;
  const models = problem.models.map(
    (model): PlannedModel => (risk > model.risk ? { ...model, risk } : model),
  );
  return models.some((model, i) => model !== problem.models[i])
    ? { ...problem, models }
    : undefined;
}

function placedReplicas({ replicas }: PlacedFleet): number {
  return replicas.length;
}

/** Whether it places as many models of each priority or more, and gives the least of them as much. */
function isNoWorse(placed: PlacedFleet, { problem, placed: before }: SolvedProblem): boolean {
  const priorities = [...new Set(problem.models.map(({ priority }) => priority))];
  const counts = (own: PlacedFleet): readonly number[] =>
    priorities
      .sort((a, b) => b - a)
      .map((priority) => {
        const out = new Set(own.solution.unplaced);
        return problem.models.filter((one) => one.priority === priority && !out.has(one.name))
          .length;
      });
  const [now, then] = [counts(placed), counts(before)];
  const more = now.map((count, i) => count - (then[i] ?? 0)).find((gain) => gain !== 0);
  return more === undefined ? shareOf(placed) >= shareOf(before) : more > 0;
}

function shareOf({ solution }: PlacedFleet): number {
  return solution.objective.find(({ id }) => id === "share")?.value ?? 0;
}
