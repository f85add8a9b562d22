import { dirname, resolve } from "node:path";
import { type ModelSpec, type PlanDocument, readPlanDocument } from "@berth/core";
import {
  type CapacityDocument,
  evaluateExpression,
  type FleetCosts,
  parseTrace,
  planCapacity,
  readLengths,
  type Trace,
  type WorkloadChange,
} from "@berth/core/capacity";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { createModelSource } from "../io/model-source.ts";
import { readPlanText } from "../io/plan-file.ts";
import { readText } from "../io/read-text.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";

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
    rate: {
      type: "string",
      valueHint: "REQUESTS",
      description:
        "requests a second for each model: a number, or an expression such as 300 * 0.2 / 60",
    },
    "scale-rate": { type: "string", valueHint: "TIMES", description: "every rate, times this" },
    prompt: {
      type: "string",
      valueHint: "TOKENS",
      description: "tokens of a prompt: 1024 or 8k, or 500..4k for a median and a 95th percentile",
    },
    output: { type: "string", valueHint: "TOKENS", description: "tokens of an output, likewise" },
    percentiles: {
      type: "string",
      valueHint: "LIST",
      description: "percentiles of latencies: 50,95 by default",
    },
    "per-kwh": { type: "string", valueHint: "PRICE", description: "price of a kilowatt-hour" },
    "per-gpu-hour": { type: "string", valueHint: "PRICE", description: "price of a card's hour" },
    csv: { type: "boolean", description: "one line a model, with commas" },
    json: JSON_FLAG,
  },
  examples: [
    "berth capacity plan.json",
    "berth capacity plan.json --rate 4 --prompt 500..4k --output 300 --percentiles 50,99",
    "berth capacity plan.json --model chat --scale-rate 2 --json",
  ],
  run: runCapacity,
};

/** 1 where a model is asked for more than it can serve, or misses a target. */
async function runCapacity(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const file = flags.text("plan") ?? "";
  const plan = readPlanDocument(file, await readPlanText(file, terminal));
  const only = modelOf(flags, plan);
  const percentiles = flags.numbers("percentiles", "percentiles above 0 and below 100", isPercent);
  const document = planCapacity({
    file: file === "-" ? "stdin" : file,
    plan,
    models: await modelsOf(plan, terminal),
    traces: await tracesOf(file, plan, terminal),
    change: await changeOf(flags),
    costs: costsOf(flags),
    ...(only === undefined ? {} : { only }),
    ...(percentiles === undefined
      ? {}
      : { percentiles: percentiles.map((percentile) => percentile / PERCENT) }),
  });
  await answer(document, flags, terminal);
  return document.models.every(
    ({ isServed, targets }) => isServed && targets.every(({ isMet }) => isMet),
  )
    ? EXIT.done
    : EXIT.no;
}

const PERCENT = 100;
const isPercent = (value: number): boolean => value > 0 && value < PERCENT;

async function answer(document: CapacityDocument, flags: Flags, terminal: Terminal): Promise<void> {
  if (flags.isSet("json")) {
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
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
  const known = [...new Set(plan.deployments.map(({ model }) => model))];
  if (name !== undefined && !known.includes(name)) {
    throw new UsageError(`--model: expected ${known.join(", ")}, got ${name}`);
  }
  return name;
}

async function changeOf(flags: Flags): Promise<WorkloadChange> {
  const rate = flags.text("rate");
  const [prompt, output] = [flags.text("prompt"), flags.text("output")];
  return {
    rate: rate === undefined ? undefined : await rateOf(rate),
    prompt: prompt === undefined ? undefined : await readLengths("--prompt", prompt),
    output: output === undefined ? undefined : await readLengths("--output", output),
    scaleRate: flags.atLeast("scale-rate", 0, "a number of at least 0"),
  };
}

async function rateOf(text: string): Promise<number> {
  const value = await evaluateExpression({ file: "--rate" }, text, {});
  if (value < 0) {
    throw new UsageError(`--rate: expected a number of at least 0, got ${value}`);
  }
  return value;
}

function costsOf(flags: Flags): FleetCosts {
  const perKwh = flags.atLeast("per-kwh", 0, "a price of at least 0");
  const perGpuHour = flags.atLeast("per-gpu-hour", 0, "a price of at least 0");
  return {
    ...(perKwh === undefined ? {} : { perKwh }),
    ...(perGpuHour === undefined ? {} : { perGpuHour }),
  };
}

/** Models by the sources of the plan's deployments; paths are relative to where berth runs. */
async function modelsOf(
  plan: PlanDocument,
  terminal: Terminal,
): Promise<ReadonlyMap<string, ModelSpec>> {
  const source = createModelSource();
  const names = [...new Set(plan.deployments.map((deployment) => deployment.source))];
  const read = await Promise.all(
    names.map(async (name) => [name, await source.read(name, terminal.cwd)] as const),
  );
  return new Map(read);
}

/** Ten million lines of 40 characters. */
const MAX_TRACE_BYTES = 400_000_000;

/** The traces that a plan's workloads name; paths are relative to the plan. */
async function tracesOf(
  file: string,
  plan: PlanDocument,
  terminal: Terminal,
): Promise<ReadonlyMap<string, Trace>> {
  const folder = file === "-" ? terminal.cwd : dirname(resolve(terminal.cwd, file));
  const names = [...new Set((plan.workloads ?? []).flatMap(({ trace }) => trace ?? []))];
  const traces = new Map<string, Trace>();
  for (const name of names) {
    const path = resolve(folder, name);
    traces.set(name, parseTrace(name, await readText({ path, name, maxBytes: MAX_TRACE_BYTES })));
  }
  return traces;
}
