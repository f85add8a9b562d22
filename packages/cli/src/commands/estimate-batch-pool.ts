import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Line } from "../io/lines.ts";
import type { BatchAnswers, BatchPlace } from "./estimate-batch-answer.ts";
import type { Rooms } from "./estimate-batch-rooms.ts";

/** What a thread is sent; its answers come back with the same ticket. */
export interface PoolTask {
  readonly ticket: number;
  readonly lines: readonly Line[];
  /** Where the answers can go. */
  readonly room: ArrayBuffer | undefined;
}

/** What a thread says. */
export type PoolReply =
  | { readonly kind: "ready" }
  | { readonly kind: "answered"; readonly ticket: number; readonly answers: BatchAnswers };

interface Pending {
  readonly lines: readonly Line[];
  readonly settle: (answers: BatchAnswers) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
  /** It gets tasks while it is ready: lines that wait for a thread to start hold up all that come after them. */
  state: "starting" | "ready" | "gone";
}

/** Tasks of one thread: one in work, and some that wait while this thread answers one of its own. */
const MOST_PENDING = 4;
/** This thread reads, prints and answers too; beyond eight it can't keep up. */
const MOST_THREADS = 7;

/** Beside this file, whether it runs as tsc wrote it or from the bundle. */
const WORKER = new URL(`./estimate-batch-worker${extname(import.meta.url)}`, import.meta.url);

/** Threads that answer lines, one for each core but this one. */
export class BatchPool {
  readonly size: number = Math.min(MOST_THREADS, availableParallelism() - 1);
  /** Tasks that may be under way: those of the threads, and as many answered here that wait for their turn. */
  readonly mostTasks: number = MOST_PENDING * (this.size + 1) + 1;
  readonly #place: BatchPlace;
  #threads: readonly Thread[] = [];
  #tickets = 0;

  constructor(place: BatchPlace) {
    this.#place = place;
  }

  /** Starts the threads, once. */
  start(): void {
    if (this.#threads.length < this.size) {
      this.#threads = Array.from({ length: this.size }, () => startThread(this.#place));
    }
  }

  /** Answers to come, or undefined when no thread is ready or every one has enough to do. */
  take(lines: readonly Line[], rooms: Rooms): Promise<BatchAnswers> | undefined {
    const free = this.#threads
      .filter(({ state, pending }) => state === "ready" && pending.size < MOST_PENDING)
      .sort((a, b) => a.pending.size - b.pending.size)[0];
    if (free === undefined) {
      return;
    }
    this.#tickets += 1;
    const ticket = this.#tickets;
    return new Promise((settle) => {
      free.pending.set(ticket, { lines, settle });
      const room = rooms.take();
      const task: PoolTask = { ticket, lines, room };
      free.worker.postMessage(task, room === undefined ? [] : [room]);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }
}

function startThread(place: BatchPlace): Thread {
  const worker = new Worker(WORKER, { workerData: place });
  const thread: Thread = { worker, pending: new Map(), state: "starting" };
  worker.on("message", (reply: PoolReply) => {
    if (reply.kind === "ready") {
      thread.state = "ready";
      return;
    }
    thread.pending.get(reply.ticket)?.settle(reply.answers);
    thread.pending.delete(reply.ticket);
  });
  // what a thread that could not start, or died, has not answered is handed back whole
  worker.on("error", () => {
    thread.state = "gone";
    for (const { lines, settle } of thread.pending.values()) {
      settle({ bytes: new Uint8Array(), failed: 0, rest: lines });
    }
  });
  return thread;
}
