import { explainPlan, readPlanDocument } from "@berth/core";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readPlanText } from "../io/plan-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { answerExplanation } from "./answer-explanation.ts";

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
    tex: { type: "boolean", description: "laws as TeX too" },
    json: JSON_FLAG,
  },
  examples: ["berth explain plan.json --model chat", "berth explain plan.json --gpu box1:0 --json"],
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
  const explanation = explainPlan(plan, {
    ...(gpu === undefined ? {} : { gpu }),
    ...(model === undefined ? {} : { model }),
  });
  await answerExplanation(explanation, flags, terminal);
  return EXIT.done;
}

function refuseStranger(flag: string, name: string | undefined, known: readonly string[]): void {
  if (name !== undefined && !known.includes(name)) {
    throw new UsageError(`${flag}: expected ${[...new Set(known)].join(", ")}, got ${name}`);
  }
}
