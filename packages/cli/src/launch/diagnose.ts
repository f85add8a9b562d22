import type { LaunchedEngine } from "@berth/core/launch";
import { readText } from "../io/read-text.ts";
import { logReport } from "./log-report.ts";
import { plainText } from "./log-tail.ts";

/** Lines shown of a log that says nothing that is known. */
const LAST_LINES = 5;
const MOST_CHARACTERS = 300;
const MAX_LOG_BYTES = 200_000_000;

/** What a log says of why its engine failed: the lines, and what they mean where that is known. */
export async function diagnose(
  engine: Pick<LaunchedEngine, "log" | "deployment">,
): Promise<readonly string[]> {
  const { failures } = await logReport(engine);
  return failures.length > 0
    ? failures.flatMap(({ text, line, meaning, remedy }) => [
        `line ${line} of its log: ${plainText(text, MOST_CHARACTERS)}`,
        `that means: ${meaning} ${remedy}`,
      ])
    : lastLines(engine.log);
}

async function lastLines(log: string): Promise<readonly string[]> {
  const text = await readText({ path: log, name: log, maxBytes: MAX_LOG_BYTES }).catch(() => "");
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return lines
    .slice(-LAST_LINES)
    .map((line) => `its log ends: ${plainText(line, MOST_CHARACTERS)}`);
}
