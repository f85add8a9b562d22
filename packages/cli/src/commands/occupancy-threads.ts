import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import {
  CancelledError,
  type OccupancyCase,
  type OccupancyOptions,
  type OccupancyWalkers,
  occupancyOf,
  type PathPart,
  pathParts,
  type WalkedPart,
} from "@berth/core/simulation";

/** What a thread is sent. */
export interface WalkTask {
  readonly one: OccupancyCase;
  readonly options: Omit<OccupancyOptions, "signal" | "onProgress">;
  readonly part: PathPart;
}

/** What comes back: any number of times how far it is, then what was found or why not. */
export type WalkReply =
  | { readonly kind: "progress"; readonly done: number }
  | { readonly kind: "found"; readonly found: WalkedPart }
  | { readonly kind: "failed"; readonly message: string };

/** Beside this file, whether it runs as tsc wrote it or from the bundle. */
const WORKER = new URL(`./occupancy-worker${extname(import.meta.url)}`, import.meta.url);
/** Beyond, the drawing of requests is not what one waits for. */
const MOST_THREADS = 8;

export interface OccupancyThreads extends OccupancyWalkers {
  close(): Promise<void>;
}

/** Threads that walk parts of the paths, one a core. They start when they are first needed. */
export function occupancyThreads(
  atOnce: number = Math.min(MOST_THREADS, availableParallelism()),
): OccupancyThreads {
  const all: Worker[] = [];
  const idle: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  const taken = (): Promise<Worker> | Worker => {
    const worker = idle.pop();
    if (worker !== undefined) {
      return worker;
    }
    if (all.length < atOnce) {
      const started = new Worker(WORKER);
      all.push(started);
      return started;
    }
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  };
  const givenBack = (worker: Worker): void => {
    const next = waiting.shift();
    if (next === undefined) {
      idle.push(worker);
    } else {
      next(worker);
    }
  };
  return {
    atOnce,
    walk: async (one, { signal, onProgress, ...options }) => {
      const parts = pathParts(options);
      const done = parts.map(() => 0);
      const walkedPart = async (part: PathPart, i: number): Promise<WalkedPart> => {
        const told = (own: number) => {
          done[i] = own;
          return onProgress?.(done.reduce((sum, value) => sum + value, 0) / parts.length);
        };
        const worker = await taken();
        const found = await walked(worker, { one, options, part }, { signal, onProgress: told });
        givenBack(worker);
        return found;
      };
      return occupancyOf(await Promise.all(parts.map(walkedPart)), options);
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
): Promise<WalkedPart> {
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
