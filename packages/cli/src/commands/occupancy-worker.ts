import { parentPort } from "node:worker_threads";
import { simulateOccupancy } from "@berth/core/simulation";
import type { WalkReply, WalkTask } from "./occupancy-threads.ts";

parentPort?.on("message", async ({ one, options }: WalkTask) => {
  const reply = (message: WalkReply) => parentPort?.postMessage(message);
  try {
    const found = await simulateOccupancy(one, {
      ...options,
      onProgress: (done) => reply({ kind: "progress", done }),
    });
    reply({ kind: "found", found });
  } catch (error) {
    reply({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});
