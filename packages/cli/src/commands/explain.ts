import {
  type ExplainedNumber,
  type ExplainFilter,
  explainPlan,
  type PlanDocument,
  readPlanDocument,
} from "@berth/core";
import { explainSpeed } from "@berth/core/capacity";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readPlanText } from "../io/plan-file.ts";
import { modelsOfPlan, tracesOfPlan } from "../io/plan-parts.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { answerExplanation } from "./answer-explanation.ts";
import { WORKLOAD_FLAGS, workloadFlags } from "./workload-flags.ts";

export const explain: Command = {
  meta: {
    name: "explain",
    description: "Every number of a plan: its law, the values put in, its source",
  },
  args: {
    plan: {
      type: "positional",
      required: false,
      description: "what berth plan --json or --out wrote (- is stdin)",
    },
    gpu: {
      type: "string",
      valueHint: "ID",
      description: "only what is on this card, such as box1:0",
    },
    model: {
      type: "string",
      valueHint: "NAME",
      description: "only this model, by its name in the fleet file",
    },
    ...WORKLOAD_FLAGS,
    tex: { type: "boolean", description: "laws as TeX too" },
    json: JSON_FLAG,
  },
  examples: [
    "berth explain plan.json --model chat",
    "berth explain plan.json --gpu box1:0 --json",
    "berth explain plan.json --model chat --rate 4 --prompt 500..4k --output 300",
  ],
  run: runExplain,
};

async function runExplain(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const file = flags.text("plan");
  if (file === undefined) {
    throw new UsageError("expected PLAN; see berth explain --help");
  }
  const plan = readPlanDocument(file, await readPlanText(file, terminal));
  const [gpu, model] = [flags.text("gpu"), flags.text("model")];
  refuseStranger(
    "--gpu",
    gpu,
    plan.gpus.map(({ id }) => id),
  );
  refuseStranger(
    "--model",
    model,
    plan.deployments.map((deployment) => deployment.model),
  );
  const filter = {
    ...(gpu === undefined ? {} : { gpu }),
    ...(model === undefined ? {} : { model }),
  };
  const { numbers, ...explained } = explainPlan(plan, filter);
  const times = await timesOf({ file, plan, filter }, flags, terminal);
  await answerExplanation({ ...explained, numbers: [...numbers, ...times] }, flags, terminal);
  return EXIT.done;
}

interface Asked {
  readonly file: string;
  readonly plan: PlanDocument;
  readonly filter: ExplainFilter;
}

/**
 * Times and rates of the models with a workload, of the plan or of the flags. These need the models' own files, which
 * memory doesn't: where they are gone, and no flag asks for times, a remark says what is left out.
 */
async function timesOf(
  { file, plan, filter }: Asked,
  flags: Flags,
  terminal: Terminal,
): Promise<readonly ExplainedNumber[]> {
  const isAsked = Object.keys(WORKLOAD_FLAGS).some((flag) => flags.isSet(flag));
  if (!isAsked && (plan.workloads ?? []).length === 0) {
    return [];
  }
  const change = await workloadFlags(flags, file, plan);
  try {
    const models = await modelsOfPlan(plan, terminal);
    const traces = await tracesOfPlan(file, plan, terminal);
    return explainSpeed({ file, plan, models, traces, change }, filter);
  } catch (error) {
    if (isAsked || !(error instanceof Error)) {
      throw error;
    }
    terminal.remark(`times and rates are left out: ${error.message}`);
    return [];
  }
}

function refuseStranger(flag: string, name: string | undefined, known: readonly string[]): void {
  if (name !== undefined && !known.includes(name)) {
    throw new UsageError(`${flag}: expected ${[...new Set(known)].join(", ")}, got ${name}`);
  }
}
