import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { InputError, type PlanDocument, readPlanDocument, shown } from "@berth/core";
import { isClusterTarget, missingFiles, unitsToStart } from "@berth/core/launch";
import { CALIBRATION_FLAG, type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readPlanText } from "../io/plan-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { knownEngines } from "../launch/known-engines.ts";
import { type LaunchRequest, type LaunchResult, launchPlan } from "../launch/launch-plan.ts";
import { departureChoice, launchReporter } from "../launch/report.ts";
import { stateFolder, whileLocked } from "../launch/state-file.ts";
import { printDryRun } from "../print/dry-run.ts";
import { UsageError } from "../usage-error.ts";
import { type LaunchWish, launchBundle, writeLaunchBundle } from "./launch-bundle.ts";
import { launchCluster } from "./launch-cluster.ts";
import { refusedFor } from "./refused-for.ts";
import { RENDER_FLAGS, renderOptions } from "./render-options.ts";
import { refuseSeveralHosts, replanLaunch } from "./replan-launch.ts";
import { targetNamed } from "./target-named.ts";

/** Loading a large model from a slow disk takes half an hour. */
const DEFAULT_TIMEOUT_S = 1800;

export const launch: Command = {
  meta: {
    name: "launch",
    description: "Start a plan, one engine after another, here or on a cluster",
  },
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
        "stop, continue or replan where an engine takes other memory than planned; unless said, asks on a terminal and stops elsewhere",
    },
    fleet: {
      type: "string",
      valueHint: "FILE",
      description: "the fleet file that the plan is of, for another plan with what was measured",
    },
    inventory: {
      type: "string",
      valueHint: "SOURCE",
      description: "with --fleet: as berth plan was given it; may be given several times",
    },
    calibration: { ...CALIBRATION_FLAG, description: "with --fleet: as berth plan was given it" },
    keep: { type: "boolean", description: "leave running what was started when an engine fails" },
    "dry-run": { type: "boolean", description: "print every step and command, and do nothing" },
    state: {
      type: "string",
      valueHint: "DIR",
      description: "where Berth writes down what runs, the bundle and the logs",
    },
    sbatch: {
      type: "string",
      valueHint: "OPTION",
      description:
        "with --target slurm: an option for every sbatch, as --sbatch=--mem=64G; may be repeated",
    },
    events: { type: "boolean", description: "print one JSON object a line as things happen" },
    ...RENDER_FLAGS,
    json: JSON_FLAG,
  },
  repeatable: ["inventory", "sbatch"],
  examples: [
    "berth launch plan.json --dry-run",
    "berth launch plan.json",
    "berth launch plan.json --target kubernetes",
    "berth launch plan.json --on-departure continue --timeout 600",
    "berth launch plan.json --on-departure replan --fleet fleet.yaml",
  ],
  run: runLaunch,
};

async function runLaunch(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const file = flags.text("plan") ?? "-";
  const plan = readPlanDocument(file, await readPlanText(file, terminal));
  const named = flags.text("target");
  const target = named === undefined ? undefined : targetNamed(named);
  if (isClusterTarget(target)) {
    const timeoutMs = timeoutOf(flags);
    return launchCluster({ plan, target, timeoutMs }, flags, terminal);
  }
  const host = hostOf(plan, file, flags.text("host"));
  const wish: LaunchWish = { host, target, options: renderOptions(flags) };
  refuseReplanWithout(flags, file, plan);
  const folder = resolve(terminal.cwd, flags.text("state") ?? stateFolder());
  const { live: running } = await knownEngines(folder);
  const made = launchBundle(plan, wish, running);
  if (!made.ok) {
    refusedFor(made.reasons, terminal);
    return EXIT.no;
  }
  const bundle = join(folder, "bundle");
  const { units } = made;
  const missing = missingFiles(unitsToStart(units, running), process.env);
  if (flags.isSet("dry-run")) {
    await terminal.print(printDryRun({ folder, bundle, units, running }));
    return refusedFor(missing, terminal) ? EXIT.no : EXIT.done;
  }
  if (refusedFor(missing, terminal)) {
    return EXIT.no;
  }
  return whileLocked(folder, async () => {
    await writeLaunchBundle(bundle, made);
    return launchLocked({ ...wish, plan, units, folder, bundle }, flags, terminal);
  });
}

function timeoutOf(flags: Flags): number {
  return (flags.whole("timeout", 1) ?? DEFAULT_TIMEOUT_S) * 1000;
}

type Prepared = LaunchWish & Pick<LaunchRequest, "plan" | "units" | "folder" | "bundle">;

async function launchLocked(
  prepared: Prepared,
  flags: Flags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { onEvent, onDeparture, end } = launchReporter(flags, terminal, prepared.plan);
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  // not once: a listener that is gone while a program runs lets execa end us as nobody listened
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const again = {
    ...prepared,
    fleet: flags.text("fleet") ?? "",
    sources: flags.texts("inventory"),
    calibration: flags.text("calibration"),
    onEvent,
  };
  try {
    const result = await launchPlan({
      ...prepared,
      timeoutMs: timeoutOf(flags),
      signal: interrupt.signal,
      onEvent,
      onDeparture,
      replan: (plan, running) => replanLaunch(again, { plan, running }, terminal),
      isKept: flags.isSet("keep"),
    });
    await end(result);
    return EXIT_OF[result];
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** Throws where another plan may be asked for and nothing is there to make it of. */
function refuseReplanWithout(flags: Flags, file: string, plan: PlanDocument): void {
  const isAsked = departureChoice(flags) === "replan";
  if (isAsked && !flags.isSet("fleet")) {
    throw new UsageError(
      "--on-departure replan needs the fleet file that the plan is of, which says what each model wants: add --fleet FILE",
    );
  }
  const alone = ["inventory", "calibration"].find((flag) => flags.isSet(flag));
  if (alone !== undefined && !flags.isSet("fleet")) {
    throw new UsageError(`--${alone} goes with --fleet FILE`);
  }
  if (isAsked) {
    refuseSeveralHosts(file, plan);
  }
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
