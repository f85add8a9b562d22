/** A search that stops now and then, so that whoever runs it may do something else, or stop it. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Runs a search to its end. */
export function runSteps<T>(steps: Steps<T>): T {
  let next = steps.next();
  while (next.done !== true) {
    next = steps.next();
  }
  return next.value;
}

/** The same with a pause after each step. */
export async function runStepsWithPauses<T>(
  steps: Steps<T>,
  pause: () => Promise<void>,
): Promise<T> {
  let next = steps.next();
  while (next.done !== true) {
    await pause();
    next = steps.next();
  }
  return next.value;
}
