import { InputError } from "@berth/core";
import { ANSWERS } from "./answers.ts";
import type { FromWorker, Problem, Request, ToWorker, Watch } from "./protocol.ts";

/** What runs and may be stopped, by request. */
const running = new Map<number, { aborted: boolean }>();

self.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "stop") {
    const signal = running.get(data.id);
    if (signal !== undefined) {
      signal.aborted = true;
    }
    return;
  }
  void answer(data);
});

async function answer(request: Request): Promise<void> {
  const { id } = request;
  const signal = { aborted: false };
  running.set(id, signal);
  const watch: Watch<unknown> = {
    signal,
    onProgress: (progress) => post({ kind: "progress", id, progress }),
    pause: nextTurn,
  };
  try {
    post({ kind: "answer", id, answer: await answerTo(request, watch) });
  } catch (error) {
    post({ kind: "problem", id, problem: problemOf(error) });
  } finally {
    running.delete(id);
  }
}

function answerTo(request: Request, watch: Watch<unknown>): unknown {
  const respond = ANSWERS[request.kind] as (ask: Request["ask"], watch: Watch<unknown>) => unknown;
  return respond(request.ask, watch);
}

/** After the messages that wait: a stop comes in, without the delay of a timer. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

function post(message: FromWorker): void {
  self.postMessage(message);
}

function problemOf(error: unknown): Problem {
  if (error instanceof InputError) {
    return { message: error.message, ...error.place };
  }
  return { message: error instanceof Error ? error.message : String(error) };
}
