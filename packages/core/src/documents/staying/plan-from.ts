import { planChance } from "../plan-chance.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import { inputForRates } from "../plan-fleet.ts";
import { planGpus } from "../plan-gpus.ts";
import { planHosts } from "../plan-hosts.ts";
import {
  type FleetProblem,
  type PlanInput,
  planProblem,
  problemOf,
  refuseWrong,
  unplacedModels,
  warningsOf,
} from "../plan-problem.ts";
import { chooseMoves } from "./choose-moves.ts";
import { isSameEngine, isSameReplica } from "./engine-aspects.ts";
import { keptObjective } from "./kept-objective.ts";
import { loadSeconds } from "./load-seconds.ts";
import { engineMayStay, SAME_CHANCE } from "./may-stay.ts";
import { planValue } from "./plan-value.ts";
import { type RunningEngines, runningEngines } from "./running-engines.ts";
import { samePlaces } from "./same-places.ts";
import { transitionTo } from "./transition.ts";
import { keptPlan, tryKeeping } from "./try-keeping.ts";
import { verifyTransition } from "./verify-transition.ts";
import { withoutRunning } from "./without-running.ts";
import type { MoveCost, Priced } from "./worth.ts";

/** What a plan is made from that changes little of a running one. */
export interface PlanFromInput extends PlanInput {
  /** The plan that runs. */
  readonly from: PlanDocument;
  readonly moveCost?: MoveCost;
  /** What the running engines hold beyond what was planned for them, in bytes, by the cards' ids in the plan that runs. */
  readonly beyond?: ReadonlyMap<string, number>;
}

/** A minute of loading again must give the worst-served model a twentieth more of what it wants. */
const DEFAULT_MOVE_COST = 0.05;
/** States that each search with some engines in place may look at. */
const TRIAL_NODE_LIMIT = 100_000;

/**
 * A plan for a fleet file that changes as little as pays of one that runs, with the stops and starts that lead there.
 * Throws an InputError for input that makes no sense.
 */
export async function planFrom(input: PlanFromInput): Promise<PlanDocument> {
  const now = input.now ?? (() => 0);
  const started = now();
  const { from, moveCost = DEFAULT_MOVE_COST, beyond = new Map() } = input;
  const engines = runningEngines(from, problemOf(input).fleet);
  const { running } = engines;
  const freed = (written: FleetProblem): FleetProblem => ({
    ...written,
    fleet: withoutRunning(written.fleet, from, { running, beyond }),
  });
  const sized = await inputForRates(input, (own) => freed(problemOf(own)));
  const problem = freed(problemOf(sized.input));
  const free = await planProblem(problem, sized.input);
  const solved = { input: { ...input, ...sized.input }, problem, free };
  const chosen = chosenOf({ ...solved, engines, moveCost });
  const transition = transitionTo(chosen?.deployments ?? free.deployments, {
    ...engines,
    moveCost,
    fleet: problem.fleet,
    mayStay: chosen !== undefined,
  });
  const best = chosen === undefined ? free : await documentOf(chosen, solved);
  const dressed = sized.dressed(best, problem);
  const plan: PlanDocument = {
    ...dressed,
    solveSeconds: (now() - started) / 1000,
    transition,
  };
  refuseWrong(plan);
  refuseWrongWay(from, plan);
  return plan;
}

interface Solved {
  readonly input: PlanFromInput;
  readonly problem: FleetProblem;
  /** The best plan as if nothing ran. */
  readonly free: PlanDocument;
}

function chosenOf({
  input,
  problem,
  free,
  engines,
  moveCost,
}: Solved & { readonly engines: RunningEngines; readonly moveCost: MoveCost }): Priced | undefined {
  const { fleet, models, chanceWanted } = problem;
  const rules = { fleet, models, chanceWanted, written: input.fleet };
  const running = engines.running.filter((engine) => engineMayStay(engine, rules));
  const nodeLimit = Math.min(input.nodeLimit ?? TRIAL_NODE_LIMIT, TRIAL_NODE_LIMIT);
  const wanted = free.deployments;
  const unplaced = free.unplaced.map(({ model }) => model);
  const { goals = [] } = input;
  return chooseMoves({
    running,
    unmoved: samePlaces(fleet, { running, wanted, loadSeconds }),
    free: keptPlan(problem, { deployments: wanted, unplaced, running: engines.running, goals }),
    moveCost,
    keep: (kept) => tryKeeping(problem, kept, { running: engines.running, nodeLimit, goals }),
    reloadSeconds: (deployments) => reloadSeconds(running, deployments),
  });
}

/** How long the engines that may stay but don't load again; one that loses its place counts as much as it loaded. */
function reloadSeconds(
  running: readonly PlanDeployment[],
  deployments: readonly PlanDeployment[],
): number {
  return running
    .filter((engine) => !deployments.some((one) => isSameEngine(engine, one)))
    .map((engine) => deployments.find((one) => isSameReplica(engine, one)) ?? engine)
    .reduce((sum, engine) => sum + loadSeconds(engine), 0);
}

async function documentOf(chosen: Priced, { input, problem, free }: Solved): Promise<PlanDocument> {
  const { fleet, models } = problem;
  const { deployments } = chosen;
  const { goals = [] } = input;
  const objective = keptObjective(chosen.value, {
    problem,
    free,
    freeValue: planValue(problem, free.deployments, goals),
    goals,
  });
  const chanceToFit = planChance(deployments, fleet.gpus);
  const isBest = objective.terms.every(({ value, bound }) => value === bound);
  const placedStatus =
    isBest && chanceToFit >= problem.chanceWanted - SAME_CHANCE ? "optimal" : "feasible";
  return {
    ...free,
    chanceToFit,
    chanceWanted: problem.chanceWanted,
    status: chosen.unplaced.length > 0 ? "infeasible" : placedStatus,
    objective,
    hosts: planHosts(fleet, deployments, input.inventory),
    gpus: planGpus(fleet.gpus, deployments),
    deployments,
    unplaced: await unplacedOf(chosen, { input, problem, free }),
    warnings: warningsOf({ inventory: input.inventory, models, deployments }),
  };
}

/** Where staying leaves out the same models as no plan could place, the reasons are those of the whole fleet. */
async function unplacedOf(
  { unplaced, rest }: Priced,
  { input, free }: Solved,
): Promise<PlanDocument["unplaced"]> {
  const isSame = free.unplaced.every(({ model }) => unplaced.includes(model));
  if (rest === undefined || (isSame && free.unplaced.length === unplaced.length)) {
    return free.unplaced;
  }
  const { nodeLimit: mostExplained } = input;
  const nodeLimit = mostExplained ?? TRIAL_NODE_LIMIT;
  return unplacedModels({ ...rest.problem, placed: rest.placed, nodeLimit, mostExplained });
}

/** A way that its own checker refuses is a defect of the planner, never shown. */
function refuseWrongWay(from: PlanDocument, plan: PlanDocument): void {
  const problems = verifyTransition(from, plan);
  if (problems.length > 0) {
    throw new Error(`the way to the plan does not hold: ${problems.join("; ")}`);
  }
}
