import type { Calibrate } from "../engine/correction.ts";
import type { Fleet } from "../hardware/fleet.ts";
import type { InventoryDocument } from "../inventory/inventory-document.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import type { SolveOptions } from "../placement/problem.ts";
import { assemblePlan } from "./assemble-plan.ts";
import { balanceWarnings } from "./balance-warnings.ts";
import { fleetOf } from "./fleet.ts";
import type { FleetFile } from "./fleet-file-types.ts";
import type { PlanDeployment, PlanDocument } from "./plan-document.ts";
import { planHosts } from "./plan-hosts.ts";
import type { UnplacedModel } from "./plan-unplaced.ts";
import { chanceWanted, type ModelFiles, plannedModels } from "./planned-models.ts";
import type { Solved } from "./solved.ts";
import { verifyPlan } from "./verify-plan.ts";

export interface PlanInput {
  /** Name of the fleet file, for messages. */
  readonly file: string;
  readonly fleet: FleetFile;
  /** What the machines have; not needed where the fleet file lists its hosts. */
  readonly inventory?: InventoryDocument;
  /** Models that were read from files, by what the fleet file's `model` says. */
  readonly models?: ModelFiles;
  /** What the user's own runs say of empirical terms. */
  readonly calibrate?: Calibrate;
  /** States that each search may look at. The same limit gives the same plan. */
  readonly nodeLimit?: number;
  /** The search's seed, and how to watch and stop it. */
  readonly search?: Omit<SolveOptions, "nodeLimit">;
  /** Milliseconds from any fixed moment; without a clock `solveSeconds` is 0. */
  readonly now?: () => number;
}

/** States that the exact search looks at before it settles; about a second of work. */
const DEFAULT_NODE_LIMIT = 1_000_000;

/**
 * The best plan for a fleet file: who goes where, in which start order, with which fraction. Throws an
 * InputError for input that makes no sense; what does not fit is in `unplaced`, with reasons and remedies.
 */
export async function planFleet(input: PlanInput): Promise<PlanDocument> {
  const asked = await askedOf(input);
  return { ...(await planProblem(problemOf(input), input)), ...asked };
}

/** The workloads and prices of a fleet file, for its plan. Throws an InputError for what makes no sense. */
export async function askedOf({
  file,
  fleet,
}: Pick<PlanInput, "file" | "fleet">): Promise<Pick<PlanDocument, "workloads" | "costs">> {
  const { costs } = fleet;
  const hasWorkload = fleet.models.some(({ workload }) => workload !== undefined);
  const read = hasWorkload ? await import("./workload/resolve-workloads.ts") : undefined;
  return {
    ...(read === undefined ? {} : { workloads: await read.resolveWorkloads(file, fleet) }),
    ...(costs === undefined ? {} : { costs }),
  };
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

type PlanSearch = Pick<PlanInput, "inventory" | "nodeLimit" | "now" | "search">;

/** The best plan for these cards and models. */
export function planProblem(problem: FleetProblem, input: PlanSearch): Promise<PlanDocument> {
  return planned(problem, input, unplacedModels);
}

/** The same, without reasons and remedies for models that have no place: many cards are tried faster so. */
export function planCards(problem: FleetProblem, input: PlanSearch): Promise<PlanDocument> {
  return planned(problem, input, async ({ placed }) =>
    placed.solution.unplaced.map((model) => ({ model, reasons: [], remedies: [] })),
  );
}

async function planned(
  { fleet, models, chanceWanted: chance }: FleetProblem,
  input: PlanSearch,
  unplacedOf: typeof unplacedModels,
): Promise<PlanDocument> {
  const now = input.now ?? (() => 0);
  const started = now();
  const { inventory, search, nodeLimit = DEFAULT_NODE_LIMIT } = input;
  const { placeFleetWithBound } = await import("../placement/place-fleet.ts");
  const placed = await placeFleetWithBound(models, fleet, { ...search, nodeLimit });
  const assembled = assemblePlan(fleet, placed, chance);
  const { deployments } = assembled;
  const unplaced = await unplacedOf({ fleet, models, placed, nodeLimit });
  const plan: PlanDocument = {
    ...assembled,
    solveSeconds: (now() - started) / 1000,
    hosts: planHosts(fleet, deployments, inventory),
    unplaced,
    warnings: warningsOf({ inventory, models, deployments }),
  };
  refuseWrong(plan);
  return plan;
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
    ...twoEngineWarnings(deployments),
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

/** One bundle starts all engines in order, but for TensorRT engines: no script keeps their order with another engine on a card. */
function twoEngineWarnings(deployments: readonly PlanDeployment[]): readonly string[] {
  const cards = [...new Set(deployments.flatMap(({ gpus }) => gpus))];
  const mixed = cards.filter((card) => {
    const users = deployments.filter(({ gpus }) => gpus.includes(card));
    const engines = new Set(users.map(({ engine }) => engine.id));
    return engines.size > 1 && engines.has("tensorrt-llm-engine");
  });
  return mixed.map(
    (card) =>
      `${card} is shared by TensorRT engines and another engine: start their bundles by hand in the plan's start order`,
  );
}

/** A plan that its own checker refuses is a defect of the planner, never shown. */
export function refuseWrong(plan: PlanDocument): void {
  const problems = verifyPlan(plan);
  if (problems.length > 0) {
    throw new Error(`the plan does not hold: ${problems.join("; ")}`);
  }
}
