import type {
  FromWorker,
  Kind,
  Problem,
  ProgressOf,
  Questions,
  Request,
  ToWorker,
} from "./protocol.ts";

/** What the page needs of a worker; a test gives one of its own. */
export interface WorkerLike {
  postMessage(message: ToWorker): void;
  addEventListener(type: "message", listen: (event: { readonly data: FromWorker }) => void): void;
  addEventListener(type: "error", listen: (event: { readonly message: string }) => void): void;
  terminate(): void;
}

/** An answer that is no answer: the sentence for a person. */
export class PlannerProblem extends Error {
  override readonly name = "PlannerProblem";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

export interface PlannerClient {
  /** Rejects with a PlannerProblem. */
  readonly ask: <K extends Kind>(
    kind: K,
    ask: Questions[K]["ask"],
    watch?: AskWatch<ProgressOf<K>>,
  ) => Promise<Questions[K]["answer"]>;
}

export interface AskWatch<Progress> {
  /** Ends a search early; its answer is then the best that is known. A simulation that is ended rejects. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress?: ((progress: never) => void) | undefined;
}

/** Asks one worker, which is started with the first question. */
export function createPlannerClient(start: () => WorkerLike): PlannerClient {
  const waiting = new Map<number, Waiting>();
  let worker: WorkerLike | undefined;
  let count = 0;

  function started(): WorkerLike {
    if (worker === undefined) {
      worker = start();
      worker.addEventListener("message", ({ data }) => receive(waiting, data));
      worker.addEventListener("error", ({ message }) => {
        worker?.terminate();
        worker = undefined;
        failAll(waiting, message);
      });
    }
    return worker;
  }

  return {
    ask: (kind, ask, { signal, onProgress } = {}) =>
      new Promise((resolve, reject) => {
        count += 1;
        const id = count;
        const asked = started();
        waiting.set(id, { resolve, reject, onProgress });
        signal?.addEventListener("abort", () => asked.postMessage({ kind: "stop", id }), {
          once: true,
        });
        asked.postMessage({ id, kind, ask } as Request);
      }),
  };
}

function receive(waiting: Map<number, Waiting>, message: FromWorker): void {
  const asked = waiting.get(message.id);
  if (asked === undefined) {
    return;
  }
  if (message.kind === "progress") {
    asked.onProgress?.(message.progress as never);
    return;
  }
  waiting.delete(message.id);
  if (message.kind === "answer") {
    asked.resolve(message.answer as never);
  } else {
    asked.reject(new PlannerProblem(message.problem));
  }
}

function failAll(waiting: Map<number, Waiting>, message: string): void {
  const problem = { message: `The planner stopped: ${message}` };
  for (const { reject } of waiting.values()) {
    reject(new PlannerProblem(problem));
  }
  waiting.clear();
}
