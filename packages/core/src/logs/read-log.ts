import type { EngineId } from "../engine/engine.ts";
import { EngineLog } from "./engine-log.ts";
import { Failures } from "./failures/failures.ts";
import { cleanLine } from "./line.ts";
import type { LogReport } from "./log-document.ts";
import { LOG_TABLES } from "./readers/registry.ts";
import { Shortage } from "./shortage.ts";

/** What is known of the engine whose log it is; all may be absent. */
export interface LogOrigin {
  readonly engine?: EngineId;
  /** Its tensor parallel size: tags that name stage and place then give a rank. */
  readonly tp?: number;
}

/** Takes a log line by line, in bounded memory; a line may be of any length and hold anything. */
export interface LogReader {
  /** Takes the next line. */
  line(text: string): void;
  /** What the lines said so far. */
  report(): LogReport;
}

/** Triton's own lines around the load of a model: "loading: NAME:1". */
const TRITON_LOADING = /\bloading: ([^\s:"]{1,200}):\d{1,6}\b/;

/** Reads what engines print when they start: memory by kind and rank, and why they fail. The latest start counts. */
export function createLogReader({ engine, tp }: LogOrigin = {}): LogReader {
  const ids = engine === undefined ? (Object.keys(LOG_TABLES) as EngineId[]) : [engine];
  const logs = ids.map((id) => new EngineLog(id, tp));
  const failures = new Failures();
  const shortage = new Shortage();
  let lines = 0;
  let model: string | undefined;
  return {
    line: (text) => {
      lines += 1;
      const clean = cleanLine(text);
      model = TRITON_LOADING.exec(clean)?.[1] ?? model;
      const placed = { text: clean, number: lines, model };
      const seen = logs.map((log) => log.take(placed, !failures.isEmpty));
      if (seen.includes("start")) {
        failures.clear();
        shortage.clear();
      }
      failures.take(clean, lines, tp);
      shortage.take(clean, failures);
    },
    report: () => ({
      ...mostMatched(logs),
      failures: failures.all,
      stages: shortage.stages,
      lines,
    }),
  };
}

/** As createLogReader, for a text that is there already. */
export function readLog(text: string, origin: LogOrigin = {}): LogReport {
  const reader = createLogReader(origin);
  for (const line of text.split("\n")) {
    reader.line(line);
  }
  return reader.report();
}

/** The engines whose readers understood most lines; the first of them gives the findings. */
function mostMatched(
  logs: readonly EngineLog[],
): Pick<LogReport, "engines" | "version" | "model" | "findings"> {
  const most = Math.max(...logs.map(({ matches }) => matches));
  const best = most === 0 ? [] : logs.filter(({ matches }) => matches === most);
  return {
    engines: best.map(({ engine }) => engine),
    ...best[0]?.about,
    findings: best[0]?.findings ?? [],
  };
}
