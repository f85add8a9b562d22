import { parentPort, workerData } from "node:worker_threads";
import { createModelSource } from "../io/model-source.ts";
import { type BatchPlace, batchAnswers } from "./estimate-batch-answer.ts";
import type { PoolReply, PoolTask } from "./estimate-batch-pool.ts";

/** A thread of estimate-batch-pool.ts: answers what it is sent. */
const answer = batchAnswers(workerData as BatchPlace, createModelSource());

parentPort?.on("message", async ({ ticket, lines, room }: PoolTask) => {
  const answers = await answer(lines, room);
  say({ kind: "answered", ticket, answers }, [answers.bytes.buffer as ArrayBuffer]);
});
say({ kind: "ready" });

function say(reply: PoolReply, moved: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(reply, moved);
}
