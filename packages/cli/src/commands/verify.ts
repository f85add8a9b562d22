import { readPlanDocument } from "@berth/core";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readPlanText } from "../io/plan-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { compareMeasured } from "./compare-measured.ts";

export const verify: Command = {
  meta: {
    name: "verify",
    description: "Planned against measured, term by term: from logs, nvidia-smi and metrics",
  },
  args: {
    plan: {
      type: "positional",
      required: true,
      description: "what berth plan --json or --out wrote (- is stdin)",
    },
    log: {
      type: "string",
      valueHint: "[MODEL=]FILE",
      description:
        "what an engine printed since its start (- is stdin); with MODEL= where its name does not say whose it is: chat=FILE, chat#2=FILE for the second replica; one an engine, Triton's for all",
    },
    inventory: {
      type: "string",
      valueHint: "SOURCE",
      description:
        "local, ssh://host, - or a file with any output of nvidia-smi, while the engines run; local where neither logs nor metrics are given",
    },
    metrics: {
      type: "string",
      valueHint: "[MODEL=]URL",
      description:
        "a metrics endpoint: Triton's, vLLM's or SGLang's /metrics, trtllm-serve's /metrics, llama.cpp's /props",
    },
    json: JSON_FLAG,
  },
  repeatable: ["log", "inventory", "metrics"],
  examples: [
    "berth verify plan.json",
    "berth verify plan.json --log chat=chat.log --log code=code.log",
    "berth verify plan.json --inventory ssh://box1 --metrics http://box1:8002/metrics",
    "berth verify plan.json --log chat.log --json > report.json",
  ],
  run: runVerify,
};

/** 1 where a number is outside the plan's bounds, an engine failed, or nothing could be compared. */
async function runVerify(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const file = flags.text("plan") ?? "";
  refuseSecondStdin([file, ...flags.texts("log"), ...flags.texts("inventory")]);
  const plan = readPlanDocument(file, await readPlanText(file, terminal));
  const document = await compareMeasured(
    plan,
    { logs: flags.texts("log"), metrics: flags.texts("metrics"), sources: sourcesOf(flags) },
    terminal,
  );
  if (flags.isSet("json")) {
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    const { printVerify } = await import("../print/verify.ts");
    await terminal.print(printVerify(document, terminal));
  }
  return document.holds ? EXIT.done : EXIT.no;
}

/** Of "MODEL=-" too. */
function refuseSecondStdin(places: readonly string[]): void {
  if (places.filter((place) => place === "-" || place.endsWith("=-")).length > 1) {
    throw new UsageError("stdin (-) can be read once only");
  }
}

/** What runs here, where nothing else is given. */
function sourcesOf(flags: Flags): readonly string[] {
  const given = flags.texts("inventory");
  const isAlone = !flags.isSet("log") && !flags.isSet("metrics");
  return given.length === 0 && isAlone ? ["local"] : given;
}
