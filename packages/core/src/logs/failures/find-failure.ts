import type { LogFailure } from "../log-document.ts";
import { matchPattern } from "../pattern.ts";
import { DEVICE_FAILURES } from "./devices.ts";
import type { FailurePattern } from "./failure-pattern.ts";
import { MEMORY_FAILURES } from "./memory.ts";
import { SYSTEM_FAILURES } from "./system.ts";

const FAILURES: readonly FailurePattern[] = [
  ...MEMORY_FAILURES,
  ...DEVICE_FAILURES,
  ...SYSTEM_FAILURES,
];

/** The first kind of failure that the line tells of, with its numbers; undefined for all other lines. */
export function findFailure(line: string):
  | {
      readonly pattern: FailurePattern;
      readonly numbers: Partial<Pick<LogFailure, "requestedBytes" | "freeBytes" | "totalBytes">>;
    }
  | undefined {
  const pattern = FAILURES.find(
    ({ has, shape }) => has.every((text) => line.includes(text)) && shape?.test(line) !== false,
  );
  if (pattern === undefined) {
    return;
  }
  const numbers = Object.entries(pattern.numbers ?? {}).flatMap(([name, where]) => {
    const amount = matchPattern({ ...where, term: "peak", source: pattern.source }, line);
    return amount === undefined ? [] : [[name, Math.round(amount.value)] as const];
  });
  return { pattern, numbers: Object.fromEntries(numbers) };
}
