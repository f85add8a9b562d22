import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { Refusal, type RefusalStatus } from "./refusal.ts";
import type { ServedPlace } from "./served-place.ts";
import type { TaskKind } from "./tasks.ts";

export type TaskMessage = { readonly kind: TaskKind; readonly body: string } | "cancel";

/** The status and the JSON of an answer. */
export interface TaskAnswer {
  readonly status: 200 | RefusalStatus;
  readonly body: string;
}

/** Threads that work at the same time; the searches of more would slow each other down. */
const MOST_THREADS = 2;
/** Requests that wait for a thread. */
const MOST_WAITING = 16;
/** How long a task may take to notice that it is cancelled; then its thread is ended, which costs the next one a start. */
const CANCEL_MILLISECONDS = 2000;

/** Beside this file, whether it runs as tsc wrote it or from the bundle. */
const WORKER = new URL(`./serve-worker${extname(import.meta.url)}`, import.meta.url);

interface Task {
  readonly kind: TaskKind;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly settle: (answer: TaskAnswer | Refusal) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Ends what it does, one way or another. */
  finish: (answer: TaskAnswer | Refusal) => void;
}

/** Threads that start when they are first needed. */
export class Workers {
  readonly #place: ServedPlace;
  readonly #idle: Thread[] = [];
  readonly #all = new Set<Thread>();
  readonly #waiting: Task[] = [];

  constructor(place: ServedPlace) {
    this.#place = place;
  }

  /**
   * The answer to a request's body. Throws a Refusal where too much waits already, and where the signal says that
   * nobody waits for the answer any more.
   */
  async run(kind: TaskKind, body: string, signal: AbortSignal): Promise<TaskAnswer> {
    if (this.#waiting.length >= MOST_WAITING) {
      throw new Refusal("busy", "too many requests wait already; try again in a moment");
    }
    const answer = await new Promise<TaskAnswer | Refusal>((settle) => {
      const task = { kind, body, signal, settle };
      this.#waiting.push(task);
      const giveUp = (): void => {
        drop(this.#waiting, task);
        settle(nobodyWaits());
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#next();
    });
    if (answer instanceof Refusal) {
      throw answer;
    }
    return answer;
  }

  async close(): Promise<void> {
    for (const { settle } of this.#waiting.splice(0)) {
      settle(nobodyWaits());
    }
    await Promise.all([...this.#all].map(({ worker }) => worker.terminate()));
  }

  #next(): void {
    while (this.#waiting.length > 0 && (this.#idle.length > 0 || this.#all.size < MOST_THREADS)) {
      const task = this.#waiting.shift();
      if (task !== undefined) {
        work(this.#idle.pop() ?? this.#start(), task);
      }
    }
  }

  #start(): Thread {
    const worker = new Worker(WORKER, { workerData: this.#place });
    const thread: Thread = { worker, finish: () => undefined };
    this.#all.add(thread);
    const gone = (why: string): void => {
      this.#all.delete(thread);
      drop(this.#idle, thread);
      thread.finish(new Refusal("internal", `internal error: ${why}; please report it`));
      this.#next();
    };
    worker.on("message", (answer: TaskAnswer) => {
      this.#idle.push(thread);
      thread.finish(answer);
      this.#next();
    });
    worker.on("error", (error) => gone(error.message));
    worker.on("exit", () => gone("a thread ended"));
    return thread;
  }
}

/** Gives a thread a task; one that nobody waits for is cancelled, at the latest by ending its thread. */
function work(thread: Thread, { kind, body, signal, settle }: Task): void {
  const { worker } = thread;
  let timer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    worker.postMessage("cancel" satisfies TaskMessage);
    timer = setTimeout(() => void worker.terminate(), CANCEL_MILLISECONDS);
  };
  thread.finish = (answer) => {
    clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
    settle(answer);
  };
  worker.postMessage({ kind, body } satisfies TaskMessage);
  if (signal.aborted) {
    cancel();
  } else {
    signal.addEventListener("abort", cancel, { once: true });
  }
}

function nobodyWaits(): Refusal {
  return new Refusal("too-slow", "nobody waits for this any more");
}

function drop<T>(list: T[], one: T): void {
  const at = list.indexOf(one);
  if (at >= 0) {
    list.splice(at, 1);
  }
}
