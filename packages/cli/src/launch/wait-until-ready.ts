import { growingPauses } from "./growing-pauses.ts";

export interface Waiting {
  readonly url: string;
  /** How the engine ended, once it has. */
  readonly ended: () => Promise<string | undefined>;
  /** How long to wait between two questions at most. */
  readonly pollMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called while it waits, with the time since the start. */
  readonly onWait: (elapsedMs: number) => Promise<void>;
}

export type Readiness =
  | { readonly is: "ready"; readonly elapsedMs: number }
  | { readonly is: "ended"; readonly how: string }
  | { readonly is: "late" }
  | { readonly is: "stopped" };

const ANSWER_MS = 5000;

/** Asks a server whether it is ready until it is, or has ended, or its time is over. */
export async function waitUntilReady(waiting: Waiting): Promise<Readiness> {
  const { url, timeoutMs, signal, pollMs, onWait } = waiting;
  const began = Date.now();
  const pause = growingPauses(pollMs);
  let askedMs = 0;
  while (!signal.aborted) {
    const isReady = await answers(url);
    const elapsedMs = Date.now() - began;
    // something else may answer there by now; while nothing does, asking may cost a call of a tool
    const isDue = isReady || elapsedMs - askedMs >= pollMs;
    askedMs = isDue ? elapsedMs : askedMs;
    const how = isDue ? await waiting.ended() : undefined;
    if (how !== undefined) {
      return { is: "ended", how };
    }
    if (isReady) {
      return { is: "ready", elapsedMs };
    }
    if (elapsedMs >= timeoutMs) {
      return { is: "late" };
    }
    await onWait(elapsedMs);
    await pause(signal);
  }
  return { is: "stopped" };
}

/** Whether something answers there with 200. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
