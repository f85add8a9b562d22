import { createInterface } from "node:readline/promises";
import type { PlanDocument } from "@berth/core";
import type { Flags } from "../args/flags.ts";
import type { Terminal } from "../io/terminal.ts";
import { eventText, loadingLine } from "../print/launch-event.ts";
import { UsageError } from "../usage-error.ts";
import type { LaunchEvent, OnEvent } from "./events.ts";
import type { LaunchRequest, LaunchResult } from "./launch-plan.ts";

export interface LaunchReporter {
  readonly onEvent: OnEvent;
  readonly onDeparture: LaunchRequest["onDeparture"];
  /** To be called when all is over. */
  readonly end: (result: LaunchResult) => Promise<void>;
}

const CHOICES = ["stop", "continue"] as const;

/** Tells of a launch as the flags ask: lines for people, one JSON object an event, or one document at the end. */
export function launchReporter(
  flags: Flags,
  terminal: Terminal,
  plan: PlanDocument,
): LaunchReporter {
  const asked = flags.text("on-departure");
  const answer = CHOICES.find((choice) => choice === asked);
  if (asked !== undefined && answer === undefined) {
    throw new UsageError(`--on-departure: expected ${CHOICES.join(" or ")}, got ${asked}`);
  }
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
    onDeparture: async () => answer ?? (isStreamed || isDocument ? "stop" : await ask(terminal)),
    end: async (result) => {
      if (isDocument) {
        const document = { schema: "berth/launch-report@1", result, events };
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
}

/** On a terminal the user decides; elsewhere nobody can, so it stops. */
async function ask(terminal: Terminal): Promise<"stop" | "continue"> {
  if (terminal.showProgress === undefined || process.stdin.isTTY !== true) {
    return "stop";
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const word = await lines.question("berth: continue all the same? [y/N] ");
    return /^y(es)?$/i.test(word.trim()) ? "continue" : "stop";
  } finally {
    lines.close();
  }
}
