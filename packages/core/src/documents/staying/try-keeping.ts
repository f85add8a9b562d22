import { type PlacedFleet, placeFleet } from "../../placement/place-fleet.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import type { FleetGoal } from "../goal/fleet-goal.ts";
import { planChance } from "../plan-chance.ts";
import { deploymentsOf, survivalOf } from "../plan-deployments.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import { planGpus } from "../plan-gpus.ts";
import { planHosts } from "../plan-hosts.ts";
import type { FleetProblem } from "../plan-problem.ts";
import { verifyPlan } from "../verify-plan.ts";
import { coldStart } from "./cold-start.ts";
import { isSameEngine, isSameReplica } from "./engine-aspects.ts";
import { heldGoal } from "./held-goal.ts";
import { heldProblem } from "./held-problem.ts";
import { type PlanValue, planValue } from "./plan-value.ts";

/** Every model that could be placed while these engines stayed, and how good that is. */
export interface Kept {
  /** In start order; those that stay come first, as they ran before. */
  readonly deployments: readonly PlanDeployment[];
  readonly unplaced: readonly string[];
  readonly value: PlanValue;
  /** What was solved for the others. Missing where it was nothing. */
  readonly rest?: { readonly problem: FleetProblem; readonly placed: PlacedFleet };
}

/** Undefined where the engines can't all stay: two may share a card no more, or a replica beside them has no place. */
export function tryKeeping(
  problem: FleetProblem,
  kept: readonly PlanDeployment[],
  {
    running,
    nodeLimit,
    goals,
  }: {
    readonly running: readonly PlanDeployment[];
    readonly nodeLimit: number;
    readonly goals: readonly FleetGoal[];
  },
): Kept | undefined {
  const rest = heldProblem(problem, kept);
  const own = goals.map((goal) => heldGoal(goal, problem, kept));
  const placed = placeFleet(rest.models, rest.fleet, { nodeLimit }, own);
  const { unplaced } = placed.solution;
  if (unplaced.some((name) => kept.some(({ model }) => model === name))) {
    return undefined;
  }
  const started = numbered(deploymentsOf(rest.fleet, placed.replicas), kept);
  const deployments = [...kept, ...started];
  const result = keptPlan(problem, { deployments, unplaced, running, goals });
  return result === undefined ? undefined : { ...result, rest: { problem: rest, placed } };
}

/** These deployments, if they hold; those that run already come first, as they run. */
export function keptPlan(
  problem: FleetProblem,
  {
    deployments: wanted,
    unplaced,
    running,
    goals,
  }: Pick<Kept, "deployments" | "unplaced"> & {
    readonly running: readonly PlanDeployment[];
    readonly goals: readonly FleetGoal[];
  },
): Kept | undefined {
  const { fleet, models } = problem;
  const stays = running.filter((engine) => wanted.some((one) => isSameEngine(engine, one)));
  const starts = wanted.filter((one) => !stays.some((engine) => isSameReplica(engine, one)));
  const deployments = coldStart(fleet, withWishes(models, [...stays, ...starts]));
  const gpus = planGpus(fleet.gpus, deployments);
  const hosts = planHosts(fleet, deployments);
  const chanceToFit = planChance(deployments, gpus);
  return verifyPlan({ ...BARE, hosts, gpus, deployments, chanceToFit }).length > 0
    ? undefined
    : { deployments, unplaced, value: planValue(problem, deployments, goals) };
}

/** What the checker looks at besides cards and deployments. */
const BARE: PlanDocument = {
  schema: "berth/plan@1",
  status: "feasible",
  objective: { value: 0, bound: 0, gap: 0, terms: [] },
  chanceToFit: 0,
  chanceWanted: 0,
  solveSeconds: 0,
  hosts: [],
  gpus: [],
  deployments: [],
  unplaced: [],
  warnings: [],
};

/** Who an engine may not share its cards with is for the fleet file to say, not for its launch. */
function withWishes(
  models: readonly PlannedModel[],
  kept: readonly PlanDeployment[],
): readonly PlanDeployment[] {
  return kept.map((deployment) => {
    const model = models.find(({ name }) => name === deployment.model);
    if (model === undefined) {
      return deployment;
    }
    const { labels: _, isSpread: __, pins: ___, ...others } = deployment;
    const { acrossHosts: ____, survives: _____, ...rest } = others;
    return {
      ...rest,
      ...survivalOf(model),
      isExclusive: model.isExclusive,
      notWith: model.notWith,
      ...(model.isSpread === true ? { isSpread: true } : {}),
      ...(model.maySpanHosts === true ? { acrossHosts: true } : {}),
      ...(model.labels === undefined ? {} : { labels: model.labels }),
      ...(model.gpus === undefined ? {} : { pins: model.gpus }),
      mayMixCards: model.mayMixCards,
    };
  });
}

/** Replicas beside those that stay take the numbers that are free. */
function numbered(
  started: readonly PlanDeployment[],
  kept: readonly PlanDeployment[],
): readonly PlanDeployment[] {
  return started.map((deployment) => {
    const taken = kept
      .filter(({ model }) => model === deployment.model)
      .map(({ replica }) => replica);
    const all = Array.from({ length: taken.length + deployment.replica + 1 }, (_, i) => i);
    const free = all.filter((number) => !taken.includes(number));
    return { ...deployment, replica: free[deployment.replica] ?? deployment.replica };
  });
}
