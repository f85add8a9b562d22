import { dirname } from "node:path";
import type { LaunchedEngine } from "@berth/core/launch";
import type { LogReport } from "@berth/core/logs";
import { readLogFile } from "../io/log-file.ts";

/** What an engine's log says so far. */
export function logReport({
  log,
  deployment,
}: Pick<LaunchedEngine, "log" | "deployment">): Promise<LogReport> {
  const { engine, tp } = deployment;
  return readLogFile(log, { engine: engine.id, tp }, { stdin: process.stdin, cwd: dirname(log) });
}
