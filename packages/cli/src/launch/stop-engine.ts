import { growingPauses } from "./growing-pauses.ts";
import { markedProcesses } from "./marked-processes.ts";

export interface StopTimes {
  /** How long an engine may take to end by itself. */
  readonly graceMs: number;
  readonly pollMs: number;
}

const STOP_TIMES: StopTimes = { graceMs: 60_000, pollMs: 200 };

/** Ends all processes of an engine: asks them first, and kills what is left after a while. */
export async function stopEngine(mark: string, times: StopTimes = STOP_TIMES): Promise<void> {
  await signalAll(mark, "SIGTERM");
  const end = Date.now() + times.graceMs;
  const pause = growingPauses(times.pollMs);
  while ((await markedProcesses([mark])).size > 0) {
    if (Date.now() >= end) {
      await signalAll(mark, "SIGKILL");
    }
    await pause();
  }
}

async function signalAll(mark: string, signal: NodeJS.Signals): Promise<void> {
  for (const pid of (await markedProcesses([mark])).keys()) {
    try {
      process.kill(pid, signal);
    } catch {
      // it has ended since it was listed
    }
  }
}
