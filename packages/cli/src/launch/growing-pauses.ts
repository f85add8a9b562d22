import { setTimeout as sleep } from "node:timers/promises";

const FIRST_MS = 50;
const GROWTH = 1.5;

/**
 * Pauses between two looks at the same thing, the first one short and each a half longer, up to so many ms: what is quick
 * is seen at once, and what is slow is not asked all the time. A pause ends early, without an error, where its signal says so.
 */
export function growingPauses(
  mostMs: number,
  firstMs: number = FIRST_MS,
): (signal?: AbortSignal) => Promise<void> {
  let nextMs = firstMs;
  return async (signal) => {
    const pauseMs = Math.min(nextMs, mostMs);
    nextMs = pauseMs * GROWTH;
    const options = signal === undefined ? {} : { signal };
    await sleep(pauseMs, undefined, options).catch(() => undefined);
  };
}
