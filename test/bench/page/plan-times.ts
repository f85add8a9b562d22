import type { Page, Worker as PageWorker } from "playwright-core";

/** Milliseconds of one plan, from the edit until it shows. */
export interface PlanTimes {
  readonly total: number;
  /** Until it is asked for. */
  readonly before: number;
  /** In the worker. */
  readonly worker: number;
  /** The question to the worker and the answer back, with what waits for either thread. */
  readonly transfer: number;
  /** From the answer until it is laid out. */
  readonly draw: number;
}

/** When what happened to the plan that was asked for last: milliseconds since 1970, as every thread counts them. */
interface Noted {
  readonly asked: number;
  readonly came: number;
}

interface NotedInWorker {
  readonly received: number;
  readonly answered: number;
}

interface Seen {
  readonly planNoted: Noted;
  readonly planShown: { readonly at: number };
}

/** tsx names functions with a helper that neither the page nor its workers have. */
export const NAMED = "globalThis.__name = (named) => named";

/** Begins to note when plans are asked for and answered, on both sides; the page has to be loaded anew. */
export async function watchPlans(page: Page): Promise<void> {
  await page.addInitScript(NAMED);
  await page.addInitScript(noteInPage);
  page.on("worker", (worker) => {
    worker
      .evaluate(NAMED)
      .then(() => worker.evaluate(noteInWorker))
      .catch(() => undefined);
  });
  await page.reload();
}

/** Makes an edit in the page, and waits until its plan shows. */
export async function planTimes(page: Page, edit: () => void): Promise<PlanTimes> {
  const start = (await page.evaluate(
    `(() => { (${watchShown})(); const now = performance.timeOrigin + performance.now(); (${edit})(); return now; })()`,
  )) as number;
  await page.waitForFunction(() => (window as unknown as Seen).planShown.at > 0);
  const { planNoted, planShown } = await page.evaluate(() => {
    const { planNoted: noted, planShown: shown } = window as unknown as Seen;
    return { planNoted: noted, planShown: shown };
  });
  const { received, answered } = await lastIn(page.workers());
  return {
    total: planShown.at - start,
    before: planNoted.asked - start,
    worker: answered - received,
    transfer: received - planNoted.asked + planNoted.came - answered,
    draw: planShown.at - planNoted.came,
  };
}

async function lastIn(workers: readonly PageWorker[]): Promise<NotedInWorker> {
  const noted = await Promise.all(
    workers.map((worker) =>
      worker.evaluate(() => (self as unknown as { planNoted?: NotedInWorker }).planNoted),
    ),
  );
  return (
    noted.find((each) => each !== undefined && each.received > 0) ?? { received: 0, answered: 0 }
  );
}

function noteInPage(): void {
  const now = () => performance.timeOrigin + performance.now();
  const noted = { asked: 0, came: 0 };
  Object.assign(window, { planNoted: noted });
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (this: Worker, message: { kind: string; id: number }) {
    if (message.kind === "plan") {
      noted.asked = now();
      const listen = ({ data, timeStamp }: MessageEvent<{ kind: string; id: number }>) => {
        if (data.kind === "answer" && data.id === message.id) {
          // the page's own listener comes first, and draws
          noted.came = performance.timeOrigin + timeStamp;
          this.removeEventListener("message", listen);
        }
      };
      this.addEventListener("message", listen);
    }
    post.call(this, message);
  };
}

function noteInWorker(): void {
  const now = () => performance.timeOrigin + performance.now();
  const noted = { id: 0, received: 0, answered: 0 };
  Object.assign(self, { planNoted: noted });
  self.addEventListener(
    "message",
    ({ data, timeStamp }: MessageEvent<{ kind: string; id: number }>) => {
      if (data.kind === "plan") {
        noted.id = data.id;
        noted.received = performance.timeOrigin + timeStamp;
      }
    },
  );
  const post = self.postMessage.bind(self) as (message: unknown) => void;
  Object.assign(self, {
    postMessage: (message: { kind: string; id: number }) => {
      if (message.kind === "answer" && message.id === noted.id) {
        noted.answered = now();
      }
      post(message);
    },
  });
}

/** Notes when the page has no search under way any more and is laid out. */
function watchShown(): void {
  const shown = { at: 0 };
  Object.assign(window, { planShown: shown });
  let isSolving = false;
  const watch = new MutationObserver(() => {
    const isNow = document.querySelector(".summary[data-solving]") !== null;
    if (isSolving && !isNow) {
      document.body.getBoundingClientRect();
      shown.at = performance.timeOrigin + performance.now();
      watch.disconnect();
    }
    isSolving = isNow;
  });
  watch.observe(document.body, { attributes: true, childList: true, subtree: true });
}
