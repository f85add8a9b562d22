import type { PlanDeployment } from "@berth/core";
import { readLog } from "@berth/core/logs";
import { readText } from "../io/read-text.ts";
import { plainText } from "./log-tail.ts";

/** A log of a start is some hundred kB; engines that fail in a loop may print more. */
const MAX_LOG_BYTES = 200_000_000;

/** Lines shown of a log that says nothing that is known. */
const LAST_LINES = 5;
const MOST_CHARACTERS = 300;

/** What a log says of why its engine failed: the lines, and what they mean where that is known. */
export async function diagnose(
  log: string,
  { engine, tp }: PlanDeployment,
): Promise<readonly string[]> {
  const text = await readText({ path: log, name: log, maxBytes: MAX_LOG_BYTES }).catch(() => "");
  const { failures } = readLog(text, { engine: engine.id, tp });
  return failures.length > 0
    ? failures.flatMap(({ text: said, line, meaning, remedy }) => [
        `line ${line} of its log: ${said}`,
        `that means: ${meaning} ${remedy}`,
      ])
    : lastLines(text);
}

function lastLines(text: string): readonly string[] {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return lines
    .slice(-LAST_LINES)
    .map((line) => `its log ends: ${plainText(line, MOST_CHARACTERS)}`);
}
