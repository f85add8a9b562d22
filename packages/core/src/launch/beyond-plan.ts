import type { LaunchedEngine } from "./launch-state.ts";

/** What engines took of each card beyond what was planned for them, in bytes; nothing for those that took less. */
export function beyondPlan(
  engines: readonly Pick<LaunchedEngine, "taken">[],
): ReadonlyMap<string, number> {
  const beyond = new Map<string, number>();
  for (const { gpu, takenBytes, highBytes } of engines.flatMap(({ taken = [] }) => taken)) {
    const more = Math.ceil(takenBytes - highBytes);
    if (more > 0) {
      beyond.set(gpu, (beyond.get(gpu) ?? 0) + more);
    }
  }
  return beyond;
}
