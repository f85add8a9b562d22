import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { InputError, type PlanDocument, readPlanDocument, shown } from "@berth/core";
import { launchRefusals, launchUnits } from "@berth/core/launch";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readPlanText } from "../io/plan-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { writeArtifacts } from "../io/write-artifacts.ts";
import { knownEngines } from "../launch/known-engines.ts";
import { type LaunchResult, launchPlan } from "../launch/launch-plan.ts";
import { prepare } from "../launch/prepare.ts";
import { launchReporter } from "../launch/report.ts";
import { stateFolder, whileLocked } from "../launch/state-file.ts";
import { printDryRun } from "../print/dry-run.ts";
import { UsageError } from "../usage-error.ts";
import { deploymentsOf, partsOf, targetNamed } from "./deployments.ts";
import { RENDER_FLAGS, renderOptions } from "./render-options.ts";

/** Loading a large model from a slow disk takes half an hour. */
const DEFAULT_TIMEOUT_S = 1800;

export const launch: Command = {
  meta: { name: "launch", description: "Start a plan on this host, one engine after another" },
  args: {
    plan: { type: "positional", required: true, description: "what berth plan --out wrote" },
    target: {
      type: "string",
      valueHint: "NAME",
      description: "which launcher; by default the one of each engine",
    },
    host: {
      type: "string",
      valueHint: "NAME",
      description:
        "which of the plan's hosts this is; by default the only one, or this host's name",
    },
    timeout: {
      type: "string",
      valueHint: "SECONDS",
      description: `how long one engine may take until it is ready; ${DEFAULT_TIMEOUT_S} unless said`,
    },
    "on-departure": {
      type: "string",
      valueHint: "WHAT",
      description:
        "stop or continue where an engine takes other memory than planned; unless said, asks on a terminal and stops elsewhere",
    },
    keep: { type: "boolean", description: "leave running what was started when an engine fails" },
    "dry-run": { type: "boolean", description: "print every step and command, and do nothing" },
    state: {
      type: "string",
      valueHint: "DIR",
      description: "where Berth writes down what runs, the bundle and the logs",
    },
    events: { type: "boolean", description: "print one JSON object a line as things happen" },
    ...RENDER_FLAGS,
    json: JSON_FLAG,
  },
  examples: [
    "berth launch plan.json --dry-run",
    "berth launch plan.json",
    "berth launch plan.json --on-departure continue --timeout 600",
  ],
  run: runLaunch,
};

async function runLaunch(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const file = flags.text("plan") ?? "-";
  const plan = readPlanDocument(file, await readPlanText(file, terminal));
  const host = hostOf(plan, file, flags.text("host"));
  const named = flags.text("target");
  const target = named === undefined ? undefined : targetNamed(named);
  const wish = { target, options: renderOptions(flags), router: undefined };
  const parts = partsOf(plan, wish);
  const deployments = deploymentsOf(plan, wish);
  const reasons = deployments.ok ? launchRefusals(parts, host) : deployments.reasons;
  if (!deployments.ok || reasons.length > 0) {
    for (const reason of reasons) {
      terminal.remark(`not started: ${reason}`);
    }
    return EXIT.no;
  }
  const folder = resolve(terminal.cwd, flags.text("state") ?? stateFolder());
  const bundle = join(folder, "bundle");
  const units = launchUnits(parts, host);
  if (flags.isSet("dry-run")) {
    const { live } = await knownEngines(folder);
    await terminal.print(printDryRun({ folder, bundle, units, running: live }));
    return EXIT.done;
  }
  return whileLocked(folder, async () => {
    await writeArtifacts({
      folder: bundle,
      name: bundle,
      artifacts: deployments.artifacts,
      isForced: true,
    });
    await prepare(bundle, units);
    const reporter = launchReporter(flags, terminal, plan);
    const interrupt = new AbortController();
    const stop = () => interrupt.abort();
    // not once: a listener that is gone while a program runs lets execa end us as nobody listened
    process.on("SIGINT", stop).on("SIGTERM", stop);
    try {
      const result = await launchPlan({
        plan,
        host,
        units,
        folder,
        bundle,
        timeoutMs: (flags.whole("timeout", 1) ?? DEFAULT_TIMEOUT_S) * 1000,
        signal: interrupt.signal,
        onEvent: reporter.onEvent,
        onDeparture: reporter.onDeparture,
        isKept: flags.isSet("keep"),
      });
      await reporter.end(result);
      return EXIT_OF[result];
    } finally {
      process.off("SIGINT", stop).off("SIGTERM", stop);
    }
  });
}

const EXIT_OF: Readonly<Record<LaunchResult, ExitCode>> = {
  running: EXIT.done,
  failed: EXIT.no,
  stopped: EXIT.no,
};

/** Which host of a plan this machine is. Throws where that is not known. */
function hostOf(plan: PlanDocument, file: string, asked: string | undefined): string {
  const used = new Set(plan.deployments.flatMap(({ gpus }) => gpus));
  const hosts = [...new Set(plan.gpus.filter(({ id }) => used.has(id)).map(({ host }) => host))];
  if (asked !== undefined) {
    if (hosts.includes(asked)) {
      return asked;
    }
    throw new UsageError(`--host: expected ${hosts.join(" or ")}, got ${shown(asked)}`);
  }
  const [only] = hosts;
  if (only === undefined) {
    throw new InputError(
      { file },
      "expected a plan that places a model: there is nothing to start",
    );
  }
  if (hosts.length === 1) {
    return only;
  }
  const name = hostname();
  if (hosts.includes(name)) {
    return name;
  }
  throw new UsageError(
    `the plan has ${hosts.length} hosts (${hosts.join(", ")}), and this one is called ${name}: say --host`,
  );
}
