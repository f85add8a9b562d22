import {
  type FleetFile,
  importPreset,
  type ModelSpec,
  type PlanDocument,
  parseFleetFile,
} from "@berth/core";
import {
  type CapacityCurve,
  type CapacityDocument,
  type CapacityInput,
  capacityCurve,
  planCapacity,
} from "@berth/core/capacity";
import { FLEET_FILE, type Workspace } from "../state/workspace.ts";
import type {
  CapacityAsk,
  CurveAsk,
  MonteCarloAsk,
  SimulationAsk,
  SimulatorProgress,
} from "./capacity-protocol.ts";
import type { Watch } from "./protocol.ts";
import { readTraces } from "./read-traces.ts";

/** What the command line calls the plan of a fleet file. */
const PLAN_FILE = "plan.json";

export async function askCapacity(ask: CapacityAsk): Promise<CapacityDocument> {
  return planCapacity(await capacityInput(ask));
}

export async function askCurve(ask: CurveAsk): Promise<CapacityCurve | undefined> {
  return capacityCurve(await capacityInput(ask), ask.model);
}

/** Walks here, in the one thread that a worker is; the page goes on meanwhile. */
export async function askMonteCarlo(
  ask: MonteCarloAsk,
  { signal, pause, onProgress }: Watch<SimulatorProgress>,
): Promise<CapacityDocument> {
  const { paths, minutes, seed } = ask;
  const input = await capacityInput(ask);
  const { withOccupancy } = await import("@berth/core/simulation");
  const { WASM_FILES } = await import("./wasm-files.ts");
  return withOccupancy(planCapacity(input), input, {
    paths,
    minutes,
    seed,
    signal,
    wasmFiles: WASM_FILES,
    onProgress: (model, done) => {
      onProgress({ model, done });
      return pause();
    },
  });
}

/** Follows every request here; the page goes on meanwhile. */
export async function askSimulation(
  ask: SimulationAsk,
  { signal, pause, onProgress }: Watch<SimulatorProgress>,
): Promise<CapacityDocument> {
  const { minutes, seed } = ask;
  const input = await capacityInput(ask);
  const { withSimulation } = await import("@berth/core/simulation");
  return withSimulation(planCapacity(input), input, {
    minutes,
    seed,
    signal,
    onProgress: (model, done) => {
      onProgress({ model, done });
      return pause();
    },
  });
}

async function capacityInput({
  workspace,
  plan,
  percentiles,
}: CapacityAsk): Promise<CapacityInput> {
  return {
    file: PLAN_FILE,
    plan,
    models: await modelsOf(workspace, plan),
    traces: readTraces(
      workspace.files,
      (plan.workloads ?? []).flatMap(({ trace }) => trace ?? []),
    ),
    percentiles,
  };
}

/** Models by the sources of the plan's deployments: of the catalogue, or of files that were brought. */
async function modelsOf(
  workspace: Workspace,
  plan: PlanDocument,
): Promise<ReadonlyMap<string, ModelSpec>> {
  const sources = [...new Set(plan.deployments.map(({ source }) => source))];
  const known = sources.flatMap((source) => {
    const model = importPreset(source);
    return model === undefined ? [] : [[source, model] as const];
  });
  if (known.length === sources.length) {
    return new Map(known);
  }
  const fleet: FleetFile = parseFleetFile(FLEET_FILE, workspace.fleet);
  const { readModels } = await import("./read-models.ts");
  return new Map([...known, ...(await readModels(fleet, workspace))]);
}
