import type { PlanDeployment } from "@berth/core";
import { readLog } from "@berth/core/logs";
import { readText } from "../io/read-text.ts";

/** A log of a start is some hundred kB; engines that fail in a loop may print more. */
const MAX_LOG_BYTES = 200_000_000;

/** What a log says of why its engine failed: the line, and what it means. Empty where it says nothing that is known. */
export async function diagnose(
  log: string,
  { engine, tp }: PlanDeployment,
): Promise<readonly string[]> {
  const text = await readText({ path: log, name: log, maxBytes: MAX_LOG_BYTES }).catch(() => "");
  return readLog(text, { engine: engine.id, tp }).failures.map(
    ({ text: line, line: number, meaning, remedy }) =>
      `line ${number}: ${line}\n  ${meaning} ${remedy}`,
  );
}
