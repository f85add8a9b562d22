import { type PlanDocument, readPlanDocument, shareOfPercent } from "@berth/core";
import {
  type CapacityDocument,
  type CapacityInput,
  type FleetCosts,
  planCapacity,
  withCurves,
} from "@berth/core/capacity";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readPlanText } from "../io/plan-file.ts";
import { modelsOfPlan, tracesOfPlan } from "../io/plan-parts.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { SIMULATION_FLAGS, simulationWish, withSimulations } from "./capacity-simulations.ts";
import { WORKLOAD_FLAGS, workloadFlags } from "./workload-flags.ts";

export const capacity: Command = {
  meta: {
    name: "capacity",
    description: "How many requests a plan serves, how fast, and where that ends",
  },
  args: {
    plan: {
      type: "positional",
      required: true,
      description: "what berth plan --json or --out wrote (- is stdin)",
    },
    model: {
      type: "string",
      valueHint: "NAME",
      description: "only this model, by its name in the fleet file",
    },
    "scale-rate": { type: "string", valueHint: "TIMES", description: "every rate, times this" },
    ...WORKLOAD_FLAGS,
    percentiles: {
      type: "string",
      valueHint: "LIST",
      description: "percentiles of latencies: 50,95 by default",
    },
    "per-kwh": { type: "string", valueHint: "PRICE", description: "price of a kilowatt-hour" },
    "per-gpu-hour": { type: "string", valueHint: "PRICE", description: "price of a card's hour" },
    ...SIMULATION_FLAGS,
    plot: {
      type: "boolean",
      description:
        "latencies at rising rates, with the targets and where they break: drawn, or with --json and --csv as points",
    },
    csv: {
      type: "boolean",
      description: "one line a model, with commas; with --plot, one a model and rate",
    },
    json: JSON_FLAG,
  },
  optionalNumbers: ["monte-carlo"],
  examples: [
    "berth capacity plan.json",
    "berth capacity plan.json --rate 4 --prompt 500..4k --output 300 --percentiles 50,99",
    "berth capacity plan.json --model chat --scale-rate 2 --json",
    "berth capacity plan.json --plot",
    "berth capacity plan.json --monte-carlo --simulate --minutes 10 --seed 1",
  ],
  run: runCapacity,
};

/**
 * 1 where a model is asked for more than it can serve, has no place to serve it from, or misses a target, be it in the
 * simulation only.
 */
async function runCapacity(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  if (flags.isSet("csv") && flags.isSet("json")) {
    throw new UsageError("--csv does not go with --json");
  }
  const wish = simulationWish(flags);
  const input = await inputOf(flags, terminal);
  const answered = planCapacity(input);
  const closed = flags.isSet("plot") ? withCurves(answered, input) : answered;
  const document =
    wish === undefined ? closed : await withSimulations(closed, { input, wish }, terminal);
  await answer(document, flags, terminal);
  return isYes(document) ? EXIT.done : EXIT.no;
}

function isYes({ models, unplaced }: CapacityDocument): boolean {
  return (
    unplaced.length === 0 &&
    models.every(
      ({ isServed, targets, simulatedRequests }) =>
        isServed && [...targets, ...(simulatedRequests?.targets ?? [])].every(({ isMet }) => isMet),
    )
  );
}

async function inputOf(flags: Flags, terminal: Terminal): Promise<CapacityInput> {
  const file = flags.text("plan") ?? "";
  const plan = readPlanDocument(file, await readPlanText(file, terminal));
  const only = modelOf(flags, plan);
  const percentiles = flags.numbers("percentiles", "percentiles from 1 to below 100", isPercent);
  return {
    file: file === "-" ? "stdin" : file,
    plan,
    models: await modelsOfPlan(plan, terminal),
    traces: await tracesOfPlan(file, plan, terminal),
    change: {
      ...(await workloadFlags(flags, file, plan)),
      scaleRate: flags.atLeast("scale-rate", 0, "a number of at least 0"),
    },
    costs: costsOf(flags),
    ...(only === undefined ? {} : { only }),
    ...(percentiles === undefined ? {} : { percentiles: percentiles.map(shareOfPercent) }),
  };
}

const PERCENT = 100;
const isPercent = (value: number): boolean => value >= 1 && value < PERCENT;

async function answer(document: CapacityDocument, flags: Flags, terminal: Terminal): Promise<void> {
  if (flags.isSet("json")) {
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  } else if (flags.isSet("csv") && flags.isSet("plot")) {
    const { curvesCsv } = await import("../print/curves-csv.ts");
    await terminal.print(curvesCsv(document));
  } else if (flags.isSet("csv")) {
    const { capacityCsv } = await import("../print/capacity-csv.ts");
    await terminal.print(capacityCsv(document));
  } else {
    const { printCapacity } = await import("../print/capacity.ts");
    await terminal.print(printCapacity(document, terminal));
  }
}

function modelOf(flags: Flags, plan: PlanDocument): string | undefined {
  const name = flags.text("model");
  const known = [...new Set([...plan.deployments, ...plan.unplaced].map(({ model }) => model))];
  if (name !== undefined && !known.includes(name)) {
    throw new UsageError(`--model: expected ${known.join(", ")}, got ${name}`);
  }
  return name;
}

function costsOf(flags: Flags): FleetCosts {
  const perKwh = flags.atLeast("per-kwh", 0, "a price of at least 0");
  const perGpuHour = flags.atLeast("per-gpu-hour", 0, "a price of at least 0");
  return {
    ...(perKwh === undefined ? {} : { perKwh }),
    ...(perGpuHour === undefined ? {} : { perGpuHour }),
  };
}
