import { resolve } from "node:path";
import type { LaunchedEngine } from "@berth/core/launch";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../io/terminal.ts";
import { partStatuses } from "../launch/cluster/part-status.ts";
import { aliveMarks } from "../launch/keepers/registry.ts";
import { engineCards, readyUrl } from "../launch/launch-engine.ts";
import { readState, stateFolder } from "../launch/state-file.ts";
import type { Condition, PartStatus, StatusDocument } from "../launch/status-document.ts";
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

async function runStatus(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const folder = resolve(terminal.cwd, flags.text("state") ?? stateFolder());
  const engines = (await readState(folder))?.engines ?? [];
  const alive = await aliveMarks(engines);
  const conditions = await Promise.all(engines.map((engine) => conditionOf(engine, alive)));
  const found = engines.map((engine, at) => ({ engine, condition: conditions[at] ?? "ended" }));
  const parts = await partStatuses(folder);
  const isAllWell =
    conditions.every((one) => one !== "ended" && one !== "silent") &&
    parts.every(({ condition }) => condition !== "failed" && condition !== "waiting");
  if (flags.isSet("json")) {
    const document = statusDocument(found, parts);
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  } else if (engines.length === 0 && parts.length === 0) {
    terminal.remark("nothing runs that berth started");
  } else {
    await terminal.print(statusTables(found, parts, terminal));
  }
  return isAllWell ? EXIT.done : EXIT.no;
}

interface Found {
  readonly engine: LaunchedEngine;
  readonly condition: Condition;
}

function statusDocument(found: readonly Found[], parts: readonly PartStatus[]): StatusDocument {
  return {
    schema: "berth/status@1",
    engines: found.map(
      ({ engine, engine: { name, deployment, port, pid, log, startedAt }, condition }) => ({
        name,
        model: deployment.model,
        replica: deployment.replica,
        gpus: engineCards(engine),
        condition,
        port,
        ...(pid === undefined ? {} : { pid }),
        startedAt,
        log,
      }),
    ),
    parts,
  };
}

function statusTables(
  found: readonly Found[],
  parts: readonly PartStatus[],
  terminal: Terminal,
): string {
  const engineRows = found.map(({ engine, engine: { name, port, pid, startedAt }, condition }) => [
    name,
    condition,
    engineCards(engine).join(", "),
    String(port),
    String(pid ?? ""),
    startedAt,
  ]);
  const partRows = parts.map(({ name, target, condition, detail = "", gpus, job }) => [
    name,
    condition,
    gpus.join(", "),
    job === undefined ? target : `${target}, job ${job}`,
    detail,
  ]);
  return [
    { titles: ["engine", "is", "cards", "port", "process", "since"], rows: engineRows },
    { titles: ["engine", "is", "cards", "on", "says"], rows: partRows },
  ]
    .filter(({ rows }) => rows.length > 0)
    .map(({ titles, rows }) =>
      printTable(
        titles.map((title) => ({ title })),
        rows,
        terminal,
      ),
    )
    .join("\n");
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
