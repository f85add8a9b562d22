import { type InventoryDocument, type PlanDocument, readPlanDocument } from "@berth/core";
import { compareWithPlan, type NamedLog, type NamedMetrics } from "@berth/core/verify";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { engineSource } from "../io/engine-source.ts";
import { readInventory } from "../io/inventory-sources.ts";
import { readLogFile } from "../io/log-file.ts";
import { fetchMetrics } from "../io/metrics-source.ts";
import { readPlanText } from "../io/plan-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";

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

/** 1 where a number is outside the plan's bounds, or an engine failed. */
async function runVerify(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const file = flags.text("plan") ?? "";
  refuseSecondStdin([file, ...flags.texts("log"), ...flags.texts("inventory")]);
  const plan = readPlanDocument(file, await readPlanText(file, terminal));
  const logs = await readLogs(plan, flags.texts("log"), terminal);
  const metrics = await readEndpoints(plan, flags.texts("metrics"));
  const inventory = await inventoryOf(flags, terminal);
  const document = compareWithPlan(plan, {
    logs,
    metrics,
    ...(inventory === undefined ? {} : { inventory }),
  });
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

async function readLogs(
  plan: PlanDocument,
  given: readonly string[],
  terminal: Terminal,
): Promise<readonly NamedLog[]> {
  const sizes = new Set(plan.deployments.map(({ tp }) => tp));
  const [commonTp] = sizes.size === 1 ? sizes : [];
  const logs: NamedLog[] = [];
  for (const one of given) {
    const { place, of } = engineSource("log", one, plan.deployments);
    const owner = plan.deployments.find(
      ({ model, replica }) => model === of?.model && replica === of.replica,
    );
    const tp = owner?.tp ?? commonTp;
    const origin = {
      ...(owner === undefined ? {} : { engine: owner.engine.id }),
      ...(tp === undefined ? {} : { tp }),
    };
    const report = await readLogFile(place, origin, terminal);
    logs.push({ name: place, report, ...(of === undefined ? {} : { of }) });
  }
  return logs;
}

function readEndpoints(
  plan: PlanDocument,
  given: readonly string[],
): Promise<readonly NamedMetrics[]> {
  return Promise.all(
    given.map(async (one) => {
      const { place, of } = engineSource("metrics", one, plan.deployments);
      const readings = await fetchMetrics(place);
      return { name: place, readings, ...(of === undefined ? {} : { of }) };
    }),
  );
}

/** What runs here, where nothing else is given. */
async function inventoryOf(
  flags: Flags,
  terminal: Terminal,
): Promise<InventoryDocument | undefined> {
  const given = flags.texts("inventory");
  const isAlone = !flags.isSet("log") && !flags.isSet("metrics");
  const sources = given.length === 0 && isAlone ? ["local"] : given;
  return sources.length === 0
    ? undefined
    : readInventory({ sources, topology: undefined, folder: terminal.cwd }, terminal);
}
