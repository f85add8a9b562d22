import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import {
  CancelledError,
  type Occupancy,
  type OccupancyCase,
  type OccupancyOptions,
  type OccupancyWalkers,
} from "@berth/core/simulation";

/** What a thread is sent. */
export interface WalkTask {
  readonly one: OccupancyCase;
  readonly options: Omit<OccupancyOptions, "signal" | "onProgress">;
}

/** What comes back: any number of times how far it is, then what was found or why not. */
export type WalkReply =
  | { readonly kind: "progress"; readonly done: number }
  | { readonly kind: "found"; readonly found: Occupancy }
  | { readonly kind: "failed"; readonly message: string };

/** Beside this file, whether it runs as tsc wrote it or from the bundle. */
const WORKER = new URL(`./occupancy-worker${extname(import.meta.url)}`, import.meta.url);
/** Beyond, the drawing of requests is not what one waits for. */
const MOST_THREADS = 8;

export interface OccupancyThreads extends OccupancyWalkers {
  close(): Promise<void>;
}

/** Threads that walk the paths of a replica each, one a core. They start when they are first needed. */
export function occupancyThreads(): OccupancyThreads {
  const atOnce = Math.min(MOST_THREADS, availableParallelism());
  const idle: Worker[] = [];
  const all: Worker[] = [];
  return {
    atOnce,
    walk: async (one, { signal, onProgress, ...options }) => {
      const worker = idle.pop() ?? new Worker(WORKER);
      if (!all.includes(worker)) {
        all.push(worker);
      }
      const found = await walked(worker, { one, options }, { signal, onProgress });
      idle.push(worker);
      return found;
    },
    close: async () => {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

function walked(
  worker: Worker,
  task: WalkTask,
  { signal, onProgress }: Pick<OccupancyOptions, "signal" | "onProgress">,
): Promise<Occupancy> {
  return new Promise((resolve, reject) => {
    const end = (finish: () => void) => {
      worker.off("error", failed);
      worker.off("message", heard);
      finish();
    };
    const failed = (error: Error) => end(() => reject(error));
    const heard = async (reply: WalkReply) => {
      if (reply.kind === "found") {
        end(() => resolve(reply.found));
      } else if (reply.kind === "failed") {
        failed(new Error(reply.message));
      } else {
        await onProgress?.(reply.done);
        if (signal?.aborted === true) {
          failed(new CancelledError("the simulation was cancelled"));
        }
      }
    };
    worker.on("error", failed);
    worker.on("message", heard);
    worker.postMessage(task);
  });
}
