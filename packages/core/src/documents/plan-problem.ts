import type { Calibrate } from "../engine/correction.ts";
import type { Fleet } from "../hardware/fleet.ts";
import type { InventoryDocument } from "../inventory/inventory-document.ts";
import type { PlacedFleet } from "../placement/place-fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import type { SolveOptions } from "../placement/problem.ts";
import { lossText } from "../report/loss-text.ts";
import { assemblePlan } from "./assemble-plan.ts";
import { balanceWarnings } from "./balance-warnings.ts";
import { fleetOf } from "./fleet.ts";
import type { FleetFile } from "./fleet-file-types.ts";
import type { FleetGoal } from "./goal/fleet-goal.ts";
import { defaultNodeLimit } from "./node-limit.ts";
import type { PlanDeployment, PlanDocument } from "./plan-document.ts";
import { planHosts } from "./plan-hosts.ts";
import type { UnplacedModel } from "./plan-unplaced.ts";
import { chanceWanted, plannedModels } from "./planned-models.ts";
import type { ModelFiles } from "./planned-spec.ts";
import type { SharedRisk } from "./share-risk.ts";
import type { Solved } from "./solved.ts";
import { verifyPlan } from "./verify-plan.ts";
import type { Trace } from "./workload/trace.ts";

/** What a plan is made from. */
export interface PlanInput {
  /** Name of the fleet file, for messages. */
  readonly file: string;
  readonly fleet: FleetFile;
  /** What the machines have; not needed where the fleet file lists its hosts. */
  readonly inventory?: InventoryDocument;
  /** Models that were read from files, by `modelKey`. */
  readonly models?: ModelFiles;
  /** Traces by the names that workloads give them: what they ask for counts when replicas follow from rates. */
  readonly traces?: ReadonlyMap<string, Trace>;
  /** What the user's own runs say of empirical terms. */
  readonly calibrate?: Calibrate;
  /** States that each search may look at; the fleet's size says how many where this does not. The same limit gives the same plan. */
  readonly nodeLimit?: number;
  /** The search's seed, and how to watch and stop it. */
  readonly search?: Omit<SolveOptions, "nodeLimit">;
  /** What rates and the fleet file's objective ask for, in turn; `planFleet` finds them by itself. */
  readonly goals?: readonly FleetGoal[];
  /** Milliseconds from any fixed moment; without a clock `solveSeconds` is 0. */
  readonly now?: () => number;
}

/** The cards that a fleet file plans for, and its models with every default filled in. */
export interface FleetProblem {
  readonly fleet: Fleet;
  readonly models: readonly PlannedModel[];
  /** Probability with which the plan must hold. */
  readonly chanceWanted: number;
}

/** With other cards than those of the input where some are given. Throws an InputError for input that makes no sense. */
export function problemOf(input: PlanInput, others?: Fleet): FleetProblem {
  const { file, fleet: written, inventory, models, calibrate } = input;
  const cards = others ?? fleetOf(file, written, inventory);
  return {
    fleet: cards,
    models: plannedModels(file, written, {
      cards,
      files: models ?? new Map(),
      calibrate,
    }),
    chanceWanted: chanceWanted(written.policy),
  };
}

type Solving = Pick<PlanInput, "inventory" | "nodeLimit" | "now" | "search" | "goals">;

/** The best plan for these cards and models. */
export function planProblem(problem: FleetProblem, input: Solving): Promise<PlanDocument> {
  return planned(problem, input, { unplacedOf: unplacedModels, finish: withEmpty });
}

/** Most plans use all cards, and many are tried: what says why some are empty is loaded for the plan that is told. */
export async function withEmpty(
  plan: PlanDocument,
  problem: FleetProblem,
  placed: PlacedFleet,
): Promise<PlanDocument> {
  const used = new Set(plan.deployments.flatMap(({ gpus }) => gpus));
  if (plan.gpus.every(({ id }) => used.has(id))) {
    return plan;
  }
  const { withEmptyCards } = await import("./empty/empty-cards.ts");
  return withEmptyCards(plan, problem, placed);
}

/**
 * The same, without remedies for models that have no place, and of the reasons with those alone that need no search:
 * many cards are tried faster so. `known` is what was solved already.
 */
export function planCards(
  problem: FleetProblem,
  input: Solving,
  known?: PlacedFleet,
): Promise<PlanDocument> {
  const unplacedOf: typeof unplacedModels = async ({ placed }) =>
    placed.solution.unplaced.map((model) => ({
      model,
      reasons: lossReasons(placed, model),
      remedies: [],
    }));
  return planned(problem, input, { unplacedOf, known });
}

/** Why the model would not outlive what it is to. */
function lossReasons({ enumerations }: PlacedFleet, model: string): UnplacedModel["reasons"] {
  const dropped = enumerations.find(({ demand }) => demand.model === model)?.dropped ?? [];
  return dropped.flatMap((reason) =>
    reason.code === "lost-at-once" || reason.code === "rate-after-loss"
      ? [{ code: reason.code, text: lossText(reason) }]
      : [],
  );
}

async function planned(
  given: FleetProblem,
  input: Solving,
  how: {
    readonly unplacedOf: typeof unplacedModels;
    readonly known?: PlacedFleet | undefined;
    readonly finish?: typeof withEmpty;
  },
): Promise<PlanDocument> {
  const now = input.now ?? (() => 0);
  const started = now();
  const known = how.known === undefined ? undefined : { problem: given, placed: how.known };
  const { problem, placed, toExplain } =
    known === undefined ? await solveFairly(given, input) : { ...known, toExplain: known };
  const plan = await documentOf(problem, placed, input, (solved) =>
    how.unplacedOf({ ...solved, models: toExplain.problem.models, placed: toExplain.placed }),
  );
  const whole = (await how.finish?.(plan, toExplain.problem, toExplain.placed)) ?? plan;
  const timed = { ...whole, solveSeconds: (now() - started) / 1000 };
  refuseWrong(timed);
  return timed;
}

/** Who goes where, with the chance to miss shared by those that have a place. */
async function solveFairly(problem: FleetProblem, input: Solving): Promise<SharedRisk> {
  const { solveSharingRisk } = await import("./share-risk.ts");
  return solveSharingRisk(problem, (own) => solveProblem(own, input));
}

/** Who goes where. */
export async function solveProblem(
  { fleet, models }: FleetProblem,
  { search, nodeLimit = defaultNodeLimit(fleet.gpus.length), goals }: Solving,
): Promise<PlacedFleet> {
  const { placeFleetWithBound } = await import("../placement/place-fleet.ts");
  return placeFleetWithBound(models, fleet, { ...search, nodeLimit }, goals);
}

/** The same, to be compared with others: what may be proven of an answer is not looked for. */
export async function solveToCompare(
  { fleet, models }: FleetProblem,
  { search, nodeLimit = defaultNodeLimit(fleet.gpus.length), goals }: Solving,
): Promise<PlacedFleet> {
  const { placeFleetUnbounded } = await import("../placement/place-fleet.ts");
  return placeFleetUnbounded(models, fleet, { ...search, nodeLimit }, goals);
}

/** What was solved as a plan, with why models have no place. */
export async function documentOf(
  { fleet, models, chanceWanted: chance }: FleetProblem,
  placed: PlacedFleet,
  { inventory, nodeLimit: mostExplained }: Solving,
  unplacedOf: typeof unplacedModels = unplacedModels,
): Promise<PlanDocument> {
  const assembled = assemblePlan(fleet, placed, chance);
  const nodeLimit = mostExplained ?? defaultNodeLimit(fleet.gpus.length);
  const { deployments } = assembled;
  return {
    ...assembled,
    hosts: planHosts(fleet, deployments, inventory),
    unplaced: await unplacedOf({ fleet, models, placed, nodeLimit, mostExplained }),
    warnings: [...warningsOf({ inventory, models, deployments }), ...partWarnings(placed)],
  };
}

/** Models with more layouts than are looked at. */
function partWarnings({ enumerations }: PlacedFleet): readonly string[] {
  return enumerations
    .filter(({ isPart }) => isPart === true)
    .map(
      ({ demand }) =>
        `${demand.model}: its cards and hosts allow more layouts than are looked at; what is said to be proved is so among those alone. Name its tp, its pp or its gpus, and they are fewer`,
    );
}

/** What the inventory, the models and the engines that share a card have to be warned of. */
export function warningsOf({
  inventory,
  models,
  deployments,
}: {
  readonly inventory: InventoryDocument | undefined;
  readonly models: readonly PlannedModel[];
  readonly deployments: readonly PlanDeployment[];
}): readonly string[] {
  return [
    ...(inventory?.warnings ?? []),
    ...balanceWarnings(deployments),
    ...models.flatMap(({ spec }) => spec.notes.map((note) => `${spec.id}: ${note}`)),
  ];
}

/** Most plans leave nobody out: what explains a "no" is loaded where it is needed. */
export async function unplacedModels(solved: Solved): Promise<readonly UnplacedModel[]> {
  if (solved.placed.solution.unplaced.length === 0) {
    return [];
  }
  const { explainUnplaced } = await import("./explain-unplaced.ts");
  return explainUnplaced(solved);
}

/** A plan that its own checker refuses is a defect of the planner, never shown. */
export function refuseWrong(plan: PlanDocument): void {
  const problems = verifyPlan(plan);
  if (problems.length > 0) {
    throw new Error(`the plan does not hold: ${problems.join("; ")}`);
  }
}
