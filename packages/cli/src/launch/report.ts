import { createInterface } from "node:readline/promises";
import { type PlanDocument, shown } from "@berth/core";
import type { Flags } from "../args/flags.ts";
import type { Terminal } from "../io/terminal.ts";
import { eventText } from "../print/launch-event.ts";
import { loadingLine } from "../print/loading-line.ts";
import { printPlan } from "../print/plan.ts";
import { UsageError } from "../usage-error.ts";
import type { LaunchEvent, OnEvent } from "./events.ts";
import type { DepartureAnswer, LaunchRequest, LaunchResult } from "./launch-plan.ts";

/** `berth/launch-report@1`: how a launch went, for --json. */
export interface LaunchReport {
  readonly schema: "berth/launch-report@1";
  readonly result: LaunchResult;
  readonly events: readonly LaunchEvent[];
}

export interface LaunchReporter {
  readonly onEvent: OnEvent;
  readonly onDeparture: LaunchRequest["onDeparture"];
  /** To be called when all is over. */
  readonly end: (result: LaunchResult) => Promise<void>;
}

const CHOICES = ["stop", "continue", "replan"] as const;

/** What --on-departure says; undefined where it is not given. Throws a UsageError for what is none of its words. */
export function departureChoice(flags: Flags): DepartureAnswer | undefined {
  const asked = flags.text("on-departure");
  const answer = CHOICES.find((choice) => choice === asked);
  if (asked !== undefined && answer === undefined) {
    throw new UsageError(`--on-departure: expected ${CHOICES.join(", ")}, got ${shown(asked)}`);
  }
  return answer;
}

/** Tells of a launch as the flags ask: lines for people, one JSON object an event, or one document at the end. */
export function launchReporter(
  flags: Flags,
  terminal: Terminal,
  plan: PlanDocument,
): LaunchReporter {
  const answer = departureChoice(flags);
  const mayReplan = flags.isSet("fleet");
  const events: LaunchEvent[] = [];
  const isStreamed = flags.isSet("events");
  const isDocument = flags.isSet("json");
  return {
    onEvent: (event) => {
      if (isStreamed) {
        void terminal.print(`${JSON.stringify(event)}\n`);
      } else if (isDocument) {
        events.push(event);
      } else {
        say(event, plan, terminal);
      }
    },
    onDeparture: async () =>
      answer ?? (isStreamed || isDocument ? "stop" : await ask(terminal, mayReplan)),
    end: async (result) => {
      if (isDocument) {
        const document: LaunchReport = { schema: "berth/launch-report@1", result, events };
        await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
      } else if (!isStreamed) {
        terminal.remark(END_TEXT[result]);
      }
    },
  };
}

const END_TEXT: Readonly<Record<LaunchResult, string>> = {
  running: "everything runs as planned; berth status looks again, berth stop ends it",
  failed: "not everything runs",
  stopped: "stopped before everything ran",
};

function say(event: LaunchEvent, plan: PlanDocument, terminal: Terminal): void {
  if (event.event === "loading") {
    terminal.showProgress?.(loadingLine(event, plan, terminal.width));
    return;
  }
  terminal.showProgress?.("");
  for (const line of eventText(event)) {
    terminal.remark(line);
  }
  if (event.event === "replanned") {
    void terminal.print(printPlan(event.plan, terminal));
  }
}

/** On a terminal the user decides; elsewhere nobody can, so it stops. */
async function ask(terminal: Terminal, mayReplan: boolean): Promise<DepartureAnswer> {
  if (terminal.showProgress === undefined || process.stdin.isTTY !== true) {
    return "stop";
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const choices = mayReplan ? CHOICES : CHOICES.filter((choice) => choice !== "replan");
    const word = await lines.question(`berth: ${choices.join(", ")}? [stop] `);
    const asked = word.trim().toLowerCase();
    return choices.find((choice) => asked !== "" && choice.startsWith(asked)) ?? "stop";
  } finally {
    lines.close();
  }
}
