import type { Browser } from "playwright-core";
import { openPage, planned, withExample } from "../../support/browser.ts";
import { type MainThread, mainThread } from "./main-thread.ts";
import { NAMED } from "./plan-times.ts";
import type { Row } from "./times.ts";

const HOSTS = 125;
const CARDS_A_HOST = 8;
const MODELS = 100;
const FRAME_MS = 1000 / 60;
/** A frame that is late by less than this is on time: clocks of browsers are coarse. */
const FRAME_SLACK_MS = 1.5;
const FRAMES = 240;

/** Frames while the rack of a large fleet scrolls. */
export async function largeRows(browser: Browser, url: string): Promise<readonly Row[]> {
  const { page, close } = await openPage(browser, url, { reducedMotion: "no-preference" });
  await withExample(page);
  await page.getByRole("tab", { name: "Fleet file" }).click();
  await page.getByLabel("The fleet file").fill(largeFleet());
  await page.getByRole("tab", { name: "Cards", exact: true }).click();
  await page.waitForSelector('[data-card="h0:0"] .rank-chip');
  await planned(page);
  await page.evaluate(NAMED);
  const thread: MainThread = await mainThread(page);
  const { result, cpu } = await thread.during(() =>
    page.locator(".rack").evaluate(scrollFrames, FRAMES),
  );
  await close();
  const late = result.frames.filter((time) => time > FRAME_MS + FRAME_SLACK_MS).length;
  return [
    {
      name: `scroll ${HOSTS * CARDS_A_HOST} cards with ${MODELS} models, a frame`,
      times: result.frames,
      bar: FRAME_MS + FRAME_SLACK_MS,
      note: `${late} of ${result.frames.length} frames late; ${(cpu / FRAMES).toFixed(1)} ms of work a frame; ${result.longTasks} tasks above 50 ms`,
    },
  ];
}

/** Every model on a host of its own, so that planning takes no part in what is measured. */
function largeFleet(): string {
  const hosts = Array.from(
    { length: HOSTS },
    (_, at) => `  - { name: h${at}, gpus: [{ gpu: rtx-4090, count: ${CARDS_A_HOST} }] }`,
  );
  const models = Array.from(
    { length: MODELS },
    (_, at) =>
      `  - { name: m${at}, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, replicas: ${CARDS_A_HOST}, gpus: h${at}, concurrency: ${CARDS_A_HOST} }`,
  );
  return `hosts:\n${hosts.join("\n")}\nmodels:\n${models.join("\n")}\n`;
}

/** Milliseconds of each frame while the rack scrolls from its beginning on, a third of a card a frame. */
function scrollFrames(
  rack: Element,
  count: number,
): Promise<{ readonly frames: readonly number[]; readonly longTasks: number }> {
  const step = 25;
  return new Promise((resolve) => {
    let longTasks = 0;
    new PerformanceObserver((list) => {
      longTasks += list.getEntries().length;
    }).observe({ type: "longtask" });
    const frames: number[] = [];
    let before: number | undefined;
    const frame = (now: number) => {
      if (before !== undefined) {
        frames.push(now - before);
      }
      before = now;
      rack.scrollBy(0, step);
      if (frames.length < count) {
        requestAnimationFrame(frame);
      } else {
        resolve({ frames, longTasks });
      }
    };
    requestAnimationFrame(frame);
  });
}
