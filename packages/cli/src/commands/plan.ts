import { type PlanDocument, readPlanDocument } from "@berth/core";
import { CALIBRATION_FLAG, type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { calibrationOf } from "../io/calibration-file.ts";
import { readPlanText } from "../io/plan-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { checkPlanFile, type PlanFile, writePlan } from "../io/write-plan.ts";
import { UsageError } from "../usage-error.ts";
import { DEPLOYMENT_FLAGS, deploymentRequest } from "./deployment-request.ts";
import { type FleetRequest, solveFleet } from "./solve-fleet.ts";
import type { DeploymentRequest } from "./write-deployment.ts";

export const plan: Command = {
  meta: { name: "plan", description: "Who goes where: a fleet file to a plan" },
  args: {
    fleet: { type: "positional", required: true, description: "the fleet file, YAML or JSON" },
    inventory: {
      type: "string",
      valueHint: "SOURCE",
      description:
        "local, ssh://host, - or a file with any output of nvidia-smi, instead of the fleet file's; may be given several times, one host each",
    },
    topology: {
      type: "string",
      valueHint: "FILE",
      description: "what nvidia-smi topo -m printed on the same host",
    },
    from: {
      type: "string",
      valueHint: "PLAN",
      description:
        "the plan that runs: change as little of it as pays, and say which engines to stop and start",
    },
    "move-cost": {
      type: "string",
      valueHint: "SHARE",
      description:
        "how much more of what it wants the worst-served model must get for each minute that weights are loaded again: 0.05 unless said; 0 for the best plan whatever moves; never for moves that give a model its place only",
    },
    "n-best": {
      type: "string",
      valueHint: "N",
      description:
        "the best plan and up to N - 1 others, in which some model runs in another precision, layout or on another kind of card",
    },
    take: {
      type: "string",
      valueHint: "K",
      description: "with --n-best: the K-th best is the plan that is printed, written and rendered",
    },
    nodes: {
      type: "string",
      valueHint: "N",
      description:
        "states that the search may look at before it settles, and after it all that explains why models have no place; unless said, 125000000 over the number of cards, 10000000 at the most, and fewer above 64 cards; the same number gives the same plan",
    },
    seed: {
      type: "string",
      valueHint: "N",
      description: "what chance the search of a large fleet takes; 1 unless said",
    },
    calibration: CALIBRATION_FLAG,
    out: { type: "string", valueHint: "FILE", description: "write the plan as JSON" },
    render: {
      type: "string",
      valueHint: "DIR",
      description: "write the files that the launchers take",
    },
    ...DEPLOYMENT_FLAGS,
    json: JSON_FLAG,
  },
  repeatable: ["inventory", "alias"],
  examples: [
    "berth plan fleet.yaml",
    "berth plan fleet.yaml --inventory ssh://box1 --inventory ssh://box2 --out plan.json",
    "berth plan fleet.yaml --inventory local --render deployment/ --router haproxy",
    "berth plan fleet.yaml --from plan.json --out next.json",
    "berth plan fleet.yaml --n-best 5",
    "berth plan large.yaml --nodes 5000000",
  ],
  run: runPlan,
};

async function runPlan(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const planFile = planFileOf(flags, terminal);
  const deployment = deploymentOf(flags);
  if (planFile !== undefined) {
    await checkPlanFile(planFile);
  }
  const document = await solveFleet(
    {
      ...(await runningPlan(flags, terminal)),
      ...nBestOf(flags),
      fleet: flags.text("fleet") ?? "",
      sources: flags.texts("inventory"),
      topology: flags.text("topology"),
      nodes: flags.whole("nodes", 1),
      seed: flags.whole("seed", 0),
      calibrate: await calibrationOf(flags.text("calibration"), terminal.cwd),
    },
    terminal,
  );
  await printAnswer(document, flags, terminal);
  for (const { text } of document.unmet ?? []) {
    terminal.remark(text);
  }
  if (planFile !== undefined) {
    await writePlan(planFile, document);
    terminal.remark(`wrote the plan to ${planFile.name}`);
  }
  const isRendered = deployment === undefined || (await isWritten(document, deployment, terminal));
  return document.status === "infeasible" || !isRendered ? EXIT.no : EXIT.done;
}

async function isWritten(
  plan: PlanDocument,
  deployment: DeploymentRequest,
  terminal: Terminal,
): Promise<boolean> {
  const { writeDeployment } = await import("./write-deployment.ts");
  return (await writeDeployment(plan, deployment, terminal)) !== undefined;
}

const MOST_BEST = 20;

function nBestOf(flags: Flags): Pick<FleetRequest, "nBest"> {
  const count = flags.whole("n-best", 1);
  const take = flags.whole("take", 1);
  if (count === undefined) {
    if (take !== undefined) {
      throw new UsageError("--take goes with --n-best N");
    }
    return {};
  }
  if (flags.isSet("from")) {
    throw new UsageError("--n-best does not go with --from");
  }
  if (count > MOST_BEST || (take ?? 1) > count) {
    const [flag, most] = count > MOST_BEST ? ["n-best", MOST_BEST] : ["take", count];
    throw new UsageError(`--${flag}: expected at most ${most}, got ${flags.text(flag)}`);
  }
  return { nBest: { count, take: take ?? 1 } };
}

async function runningPlan(flags: Flags, terminal: Terminal): Promise<Pick<FleetRequest, "from">> {
  const file = flags.text("from");
  const moveCost = moveCostOf(flags);
  if (file === undefined) {
    if (moveCost !== undefined) {
      throw new UsageError("--move-cost goes with --from PLAN");
    }
    return {};
  }
  if (file === "-" && [flags.text("fleet"), ...flags.texts("inventory")].includes("-")) {
    throw new UsageError("stdin (-) can be read once only");
  }
  return { from: { plan: readPlanDocument(file, await readPlanText(file, terminal)), moveCost } };
}

/** A share that a minute of loading must buy; "never" is more than any gives. */
function moveCostOf(flags: Flags): number | undefined {
  return flags.text("move-cost") === "never"
    ? Number.POSITIVE_INFINITY
    : flags.atLeast("move-cost", 0, 'a number of at least 0 such as 0.05, or "never"');
}

function planFileOf(flags: Flags, terminal: Terminal): PlanFile | undefined {
  const name = flags.text("out");
  return name === undefined
    ? undefined
    : { name, folder: terminal.cwd, isForced: flags.isSet("force") };
}

/** Flags that say what a bundle is like, but not where it goes. */
const OF_A_BUNDLE = Object.keys(DEPLOYMENT_FLAGS).filter((flag) => flag !== "force");

function deploymentOf(flags: Flags): DeploymentRequest | undefined {
  const name = flags.text("render");
  const alone = OF_A_BUNDLE.find((flag) => flags.isSet(flag));
  if (name === undefined && alone !== undefined) {
    throw new UsageError(`--${alone} goes with --render DIR`);
  }
  return name === undefined ? undefined : deploymentRequest(flags, name);
}

async function printAnswer(
  document: PlanDocument,
  flags: Flags,
  terminal: Terminal,
): Promise<void> {
  if (flags.isSet("json")) {
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  const { printPlan } = await import("../print/plan.ts");
  await terminal.print(printPlan(document, terminal));
}
