import { parentPort, workerData } from "node:worker_threads";
import { refusalOf } from "./refusal.ts";
import type { ServedPlace } from "./served-place.ts";
import { runTask } from "./tasks.ts";
import type { TaskAnswer, TaskMessage } from "./workers.ts";

/** A thread of workers.ts: does one task at a time, and hears meanwhile that nobody waits for it any more. */
const place = workerData as ServedPlace;
let current = new AbortController();

parentPort?.on("message", async (message: TaskMessage) => {
  if (message === "cancel") {
    current.abort();
    return;
  }
  current = new AbortController();
  parentPort?.postMessage(await answer(message, current.signal));
});

async function answer(
  { kind, body }: Exclude<TaskMessage, "cancel">,
  signal: AbortSignal,
): Promise<TaskAnswer> {
  try {
    const document = await runTask(kind, body, place, signal);
    // as the commands print it
    return { status: 200, body: `${JSON.stringify(document, undefined, 2)}\n` };
  } catch (error) {
    const { status, body: told } = refusalOf(error);
    return { status, body: JSON.stringify(told) };
  }
}
