import { type PlanDocument, readPlanDocument } from "@berth/core";
import { type FleetChange, parseChange, type WhatIfDocument, whatIf } from "@berth/core/changes";
import { CALIBRATION_FLAG, type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { calibrationOf } from "../io/calibration-file.ts";
import { isPlan } from "../io/is-plan.ts";
import { MAX_PLAN_BYTES, readPlanText } from "../io/plan-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { planAsFleet } from "./plan-as-fleet.ts";
import { planInput } from "./plan-fleet-text.ts";
import { withFleet } from "./solve-fleet.ts";
import { WORKLOAD_FLAGS, workloadFlags } from "./workload-flags.ts";

export const whatif: Command = {
  meta: {
    name: "whatif",
    description: "What other cards or other rates would change, and which card to buy first",
  },
  args: {
    file: {
      type: "positional",
      required: true,
      description: "the plan that runs, or a fleet file (- is stdin)",
    },
    fleet: {
      type: "string",
      valueHint: "FILE",
      description: "in place of the fleet file that the plan was made from, which the plan holds",
    },
    add: {
      type: "string",
      valueHint: "GPU",
      description:
        "a card more: rtx-4090, 2xrtx-4090, or box1=rtx-4090 for a host; may be given several times, as all changes may",
    },
    remove: { type: "string", valueHint: "ID", description: "without this card, such as box1:3" },
    swap: {
      type: "string",
      valueHint: "ID=GPU",
      description: "another card in its place: box1:3=rtx-4090",
    },
    "scale-rate": {
      type: "string",
      valueHint: "TIMES",
      description: "every rate, times this, after the changes",
    },
    buy: {
      type: "string",
      valueHint: "GPUS",
      description:
        "plan anew with each of these cards, commas between them, and say which brings most; any: all that fit into a slot and hold no less than the smallest card of the fleet",
    },
    ...WORKLOAD_FLAGS,
    rate: {
      ...WORKLOAD_FLAGS.rate,
      description: `${WORKLOAD_FLAGS.rate.description}; in place of the fleet file's before and after the changes, and plans are made for it, as for --prompt and --output`,
    },
    inventory: {
      type: "string",
      valueHint: "SOURCE",
      description: "in place of the plan's or the fleet file's own, as berth plan takes it",
    },
    topology: {
      type: "string",
      valueHint: "FILE",
      description: "what nvidia-smi topo -m printed on the same host",
    },
    nodes: {
      type: "string",
      valueHint: "N",
      description:
        "states that each search may look at before it settles; unless said, as many as plan's",
    },
    calibration: CALIBRATION_FLAG,
    json: JSON_FLAG,
  },
  repeatable: ["add", "remove", "swap", "scale-rate", "inventory"],
  examples: [
    "berth whatif fleet.yaml --add rtx-4090 --scale-rate 2",
    "berth whatif fleet.yaml --remove box1:3 --swap box1:2=rtx-4090",
    "berth whatif plan.json --remove box1:3 --json",
    "berth whatif fleet.yaml --buy rtx-3090,rtx-4090,rtx-5090",
    "berth whatif fleet.yaml --scale-rate 3 --buy any",
  ],
  run: runWhatIf,
};

/**
 * 1 where a model has no place after the changes, as with `berth plan`, or loses its rate or a target; with --buy,
 * where no card brings anything.
 */
async function runWhatIf(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const changes = changesOf(flags);
  const buy = flags.text("buy")?.split(",");
  if (changes.length === 0 && buy === undefined) {
    throw new UsageError(
      hasStandIn(flags)
        ? "expected a change beside --rate, --prompt and --output, which hold before it too: --add, --remove, --swap, --scale-rate or --buy"
        : "expected a change: --add, --remove, --swap, --scale-rate or --buy; see berth whatif --help",
    );
  }
  const { fleet, from: given } = await filesOf(flags, terminal);
  const request = {
    fleet,
    mostBytes: MAX_PLAN_BYTES,
    sources: flags.texts("inventory"),
    topology: flags.text("topology"),
    nodes: flags.whole("nodes", 1),
    calibrate: await calibrationOf(flags.text("calibration"), terminal.cwd),
  };
  const document = await withFleet(request, terminal, async (read, own) => {
    const plan =
      given === undefined && isPlan(read.text)
        ? planAsFleet(read, request, { readers: own, cwd: terminal.cwd })
        : undefined;
    const { fleet: text, readers, from } = plan ?? { fleet: read, readers: own, from: given };
    const input = await planInput(text, request, readers);
    const change = await workloadFlags(flags, text.file, input.fleet);
    return whatIf({
      ...input,
      changes,
      ...(buy === undefined ? {} : { buy }),
      ...(from === undefined ? {} : { from }),
      asked: { ...(input.traces === undefined ? {} : { traces: input.traces }), change },
      onPlan: (what, done, all) => terminal.showProgress?.(`plan ${done + 1} of ${all}: ${what}`),
    });
  });
  await answer(document, flags, terminal);
  return isNo(document) ? EXIT.no : EXIT.done;
}

function hasStandIn(flags: Flags): boolean {
  return Object.keys(WORKLOAD_FLAGS).some((flag) => flags.text(flag) !== undefined);
}

async function answer(document: WhatIfDocument, flags: Flags, terminal: Terminal): Promise<void> {
  if (flags.isSet("json")) {
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  const { printWhatIf } = await import("../print/whatif.ts");
  await terminal.print(printWhatIf(document, terminal));
}

/** The file that says what models want, and the plan that runs where it is another. */
async function filesOf(
  flags: Flags,
  terminal: Terminal,
): Promise<{ readonly fleet: string; readonly from: PlanDocument | undefined }> {
  const file = flags.text("file") ?? "";
  const fleet = flags.text("fleet");
  if (fleet === undefined) {
    return { fleet: file, from: undefined };
  }
  if (file === "-" && fleet === "-") {
    throw new UsageError("stdin (-) can be read once only");
  }
  return { fleet, from: readPlanDocument(file, await readPlanText(file, terminal)) };
}

function changesOf(flags: Flags): readonly FleetChange[] {
  const parsed = (["remove", "swap", "add"] as const).flatMap((kind) =>
    flags
      .texts(kind)
      .map((text) =>
        parseChange(
          kind,
          text,
          (expected, got) => new UsageError(`--${kind}: expected ${expected}, got ${got}`),
        ),
      ),
  );
  const times =
    flags.numbers("scale-rate", "a number above 0", (value) => value > 0 && value < Infinity) ?? [];
  return [...parsed, ...times.map((one): FleetChange => ({ kind: "scale-rate", times: one }))];
}

function isNo({ models, buy, before, after }: WhatIfDocument): boolean {
  const isWorse = models.some(
    ({ before: then, after: now }) =>
      then !== undefined &&
      (now === undefined ||
        (then.isServed === true && now.isServed === false) ||
        (then.targetsMet ?? 0) > (now.targetsMet ?? 0)),
  );
  const bringsNothing = buy?.every(({ brings }) => brings === "nothing") ?? false;
  const isShort = buy === undefined && after.unplaced.length > 0;
  return isWorse || bringsNothing || isShort || after.placed < before.placed;
}
