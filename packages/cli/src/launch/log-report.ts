import { dirname } from "node:path";
import { type LaunchedEngine, unitDeployments } from "@berth/core/launch";
import { type LogReport, reportOfRanks } from "@berth/core/logs";
import type { NamedLog } from "@berth/core/verify";
import { readLogFile } from "../io/log-file.ts";

/** What an engine's log says so far. */
export function logReport({
  log,
  deployment,
}: Pick<LaunchedEngine, "log" | "deployment">): Promise<LogReport> {
  const { engine, tp } = deployment;
  return readLogFile(log, { engine: engine.id, tp }, { stdin: process.stdin, cwd: dirname(log) });
}

type Engine = Pick<LaunchedEngine, "log" | "deployment" | "alsoStarts" | "logRanks">;

/**
 * What an engine's log says so far of each deployment that it tells apart, which is the first alone unless its lines say
 * their ranks. Nothing of those that it does not mention: an engine may be told to print less.
 */
export async function namedLogs(engine: Engine): Promise<readonly NamedLog[]> {
  const { log, deployment, logRanks } = engine;
  const whole = await logReport(engine);
  const reports =
    logRanks === undefined
      ? [{ of: deployment, report: whole }]
      : unitDeployments(engine).map((of, at) => ({
          of,
          report: reportOfRanks(whole, { first: logRanks[at] ?? 0, count: of.gpus.length }),
        }));
  return reports
    .filter(({ report: { findings } }) => findings.length > 0)
    .map(({ of: { model, replica }, report }) => ({ name: log, report, of: { model, replica } }));
}
