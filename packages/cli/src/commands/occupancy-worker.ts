import { parentPort } from "node:worker_threads";
import { walkPart } from "@berth/core/simulation";
import type { WalkReply, WalkTask } from "./occupancy-threads.ts";

parentPort?.on("message", async ({ one, options, part }: WalkTask) => {
  const reply = (message: WalkReply, handedOver: ArrayBuffer[] = []) =>
    parentPort?.postMessage(message, handedOver);
  try {
    const onProgress = (done: number) => reply({ kind: "progress", done });
    const found = await walkPart(one, { ...options, onProgress }, part);
    const { inBands, inAll } = found.recorded;
    reply({ kind: "found", found }, [inBands.buffer, inAll.buffer]);
  } catch (error) {
    reply({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});
