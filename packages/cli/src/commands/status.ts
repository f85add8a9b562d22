import { resolve } from "node:path";
import type { LaunchedEngine } from "@berth/core/launch";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../io/terminal.ts";
import { aliveMarks } from "../launch/keepers/registry.ts";
import { readyUrl } from "../launch/launch-engine.ts";
import { readState, stateFolder } from "../launch/state-file.ts";
import { answers } from "../launch/wait-until-ready.ts";
import { printTable } from "../print/table.ts";

export const status: Command = {
  meta: { name: "status", description: "What berth launch started, and whether it still runs" },
  args: {
    state: {
      type: "string",
      valueHint: "DIR",
      description: "the folder that berth launch was given",
    },
    json: JSON_FLAG,
  },
  examples: ["berth status", "berth status --json"],
  run: runStatus,
};

/** What an engine is doing: its process gone, there but silent, or answering. */
type Condition = "ended" | "starting" | "ready" | "departed" | "silent";

async function runStatus(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const folder = resolve(terminal.cwd, flags.text("state") ?? stateFolder());
  const engines = (await readState(folder))?.engines ?? [];
  const alive = await aliveMarks(engines);
  const conditions = await Promise.all(engines.map((engine) => conditionOf(engine, alive)));
  const isAllWell = conditions.every((one) => one !== "ended" && one !== "silent");
  if (flags.isSet("json")) {
    const rows = engines.map(({ name, deployment, port, pid, log, startedAt }, i) => ({
      name,
      model: deployment.model,
      replica: deployment.replica,
      gpus: deployment.gpus,
      condition: conditions[i],
      port,
      ...(pid === undefined ? {} : { pid }),
      startedAt,
      log,
    }));
    await terminal.print(
      `${JSON.stringify({ schema: "berth/status@1", engines: rows }, undefined, 2)}\n`,
    );
    return isAllWell ? EXIT.done : EXIT.no;
  }
  if (engines.length === 0) {
    terminal.remark("nothing runs that berth started");
    return EXIT.done;
  }
  const rows = engines.map(({ name, deployment, port, pid, startedAt }, i) => [
    name,
    conditions[i] ?? "",
    deployment.gpus.join(", "),
    String(port),
    String(pid ?? ""),
    startedAt,
  ]);
  const titles = ["engine", "is", "cards", "port", "process", "since"];
  await terminal.print(
    printTable(
      titles.map((title) => ({ title })),
      rows,
      terminal,
    ),
  );
  return isAllWell ? EXIT.done : EXIT.no;
}

async function conditionOf(engine: LaunchedEngine, alive: ReadonlySet<string>): Promise<Condition> {
  if (!alive.has(engine.mark)) {
    return "ended";
  }
  if (engine.status === "starting") {
    return "starting";
  }
  return (await answers(readyUrl(engine))) ? engine.status : "silent";
}
