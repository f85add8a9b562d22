import { readPlanDocument } from "@berth/core";
import { checkPlan } from "@berth/core/verify";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readInventory } from "../io/inventory-sources.ts";
import { readPlanText } from "../io/plan-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { printCheck } from "../print/check.ts";
import { UsageError } from "../usage-error.ts";

export const check: Command = {
  meta: {
    name: "check",
    description: "Does a plan still hold on today's machines? For CI and cron",
  },
  args: {
    plan: {
      type: "positional",
      required: true,
      description: "what berth plan --json or --out wrote (- is stdin)",
    },
    inventory: {
      type: "string",
      valueHint: "SOURCE",
      description:
        "local (default), ssh://host, - or a file with any output of nvidia-smi; may be given several times, one host each",
    },
    topology: {
      type: "string",
      valueHint: "FILE",
      description: "what nvidia-smi topo -m printed on the same host",
    },
    quiet: { type: "boolean", description: "print nothing where the plan holds" },
    json: JSON_FLAG,
  },
  repeatable: ["inventory"],
  examples: [
    "berth check plan.json",
    "berth check plan.json --inventory ssh://box1 --inventory ssh://box2 --quiet",
    "nvidia-smi -q -x | berth check plan.json --inventory - --json",
  ],
  run: runCheck,
};

/** 1 where the plan does not hold any more. */
async function runCheck(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const file = flags.text("plan") ?? "";
  const given = flags.texts("inventory");
  if (file === "-" && given.includes("-")) {
    throw new UsageError("stdin (-) can be read once only");
  }
  const plan = readPlanDocument(file, await readPlanText(file, terminal));
  const inventory = await readInventory(
    {
      sources: given.length === 0 ? ["local"] : given,
      topology: flags.text("topology"),
      folder: terminal.cwd,
    },
    terminal,
  );
  const document = checkPlan(plan, inventory);
  if (flags.isSet("json")) {
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  } else if (!(document.holds && flags.isSet("quiet"))) {
    await terminal.print(printCheck(document, terminal));
  }
  return document.holds ? EXIT.done : EXIT.no;
}
