import { gpuById } from "../../catalog/catalog.ts";
import type { FleetGpu } from "../../hardware/fleet.ts";
import type { PlacementGoal } from "../../placement/goal.ts";
import { InputError } from "../../report/errors.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import type { FleetProblem, PlanInput } from "../plan-problem.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";
import { servedGoal } from "./served-goal.ts";

/** Prices are counted in thousandths of the currency an hour. */
const UNIT = 1000;
const WATTS_OF_KW = 1000;

/** What is asked of a plan, and how much of it a plan has: what the stage of that name counts. */
export type FleetGoal = PlacementGoal & {
  readonly valueOf: (
    problem: Pick<FleetProblem, "fleet" | "models">,
    deployments: readonly PlanDeployment[],
  ) => number;
};

/**
 * What is asked of a plan, in turn: that its replicas carry the rates of their models, and what the fleet file's objective
 * says. Throws an InputError where it lacks what that takes.
 */
export function fleetGoals(
  input: Pick<PlanInput, "file" | "fleet">,
  asked: Pick<PlanDocument, "workloads" | "costs">,
): readonly FleetGoal[] {
  const rates = ratesGoal(asked.workloads ?? []);
  const objective = fleetGoal(input, asked);
  return [rates, objective].filter((goal) => goal !== undefined);
}

/** That replicas carry the rates of these workloads; nothing where none has one. */
export function ratesGoal(workloads: readonly PlanWorkload[]): FleetGoal | undefined {
  const rated = workloads.filter((one) => hasLengths(one) && (one.requestsPerSecond ?? 0) > 0);
  return rated.length === 0 ? undefined : servedGoal("rates", rated);
}

function hasLengths({ prompt, output }: PlanWorkload): boolean {
  return prompt !== undefined && output !== undefined;
}

function fleetGoal(
  { file, fleet }: Pick<PlanInput, "file" | "fleet">,
  { workloads = [], costs }: Pick<PlanDocument, "workloads" | "costs">,
): FleetGoal | undefined {
  const { objective } = fleet;
  if (objective === undefined || objective === "fair") {
    return undefined;
  }
  if (objective === "cost") {
    if (costs?.perGpuHour === undefined && costs?.perKwh === undefined) {
      throw new InputError(
        { file, key: "objective" },
        "expected costs.perGpuHour or costs.perKwh beside cost, got neither",
      );
    }
    return costGoal(costs);
  }
  const known = workloads.filter(hasLengths);
  const timed = known.filter(
    ({ targets, requestsPerSecond }) => targets.length > 0 && requestsPerSecond !== undefined,
  );
  const own = objective === "latency" ? timed : known;
  if (own.length === 0) {
    throw new InputError(
      { file, key: "objective" },
      objective === "latency"
        ? "expected a model with a workload that has a rate, lengths and targets beside latency, got none"
        : "expected a model with a workload that has lengths beside throughput, got none",
    );
  }
  return servedGoal(objective === "latency" ? "targets" : "throughput", own);
}

function costGoal(costs: NonNullable<PlanDocument["costs"]>): FleetGoal {
  const priceOf = (gpu: FleetGpu): number => hourPrice(gpu, costs);
  return {
    id: "cost",
    unit: UNIT,
    priceOf,
    valueOf: ({ fleet }, deployments) => {
      const used = new Set(deployments.flatMap(({ gpus }) => gpus));
      const own = fleet.gpus.filter(({ id }) => used.has(id));
      return own.reduce((sum, gpu) => sum + priceOf(gpu), 0) / UNIT;
    },
  };
}

/** Thousandths of the currency that an hour of the card costs when it draws its board power. */
function hourPrice(
  { catalogId }: FleetGpu,
  { perGpuHour = 0, perKwh = 0 }: NonNullable<PlanDocument["costs"]>,
): number {
  const named = typeof perGpuHour === "number" ? perGpuHour : (perGpuHour[catalogId] ?? 0);
  const kilowatts = (gpuById(catalogId)?.boardPowerW.value ?? 0) / WATTS_OF_KW;
  return Math.round(UNIT * (named + kilowatts * perKwh));
}
