import type { Browser, Page } from "playwright-core";
import { openPage, planned, withExample } from "../../support/browser.ts";
import { type MainThread, mainThread } from "./main-thread.ts";
import { type PlanTimes, planTimes, watchPlans } from "./plan-times.ts";
import { type Row, repeated } from "./times.ts";

const BARS_MS = { redraw: 16, plan: 300, slider: 100 };

/** The example of twelve cards: what needs no plan until it is laid out, and plans until they show. */
export async function exampleRows(browser: Browser, url: string): Promise<readonly Row[]> {
  const { page, close } = await openPage(browser, url);
  await watchPlans(page);
  await withExample(page);
  const thread = await mainThread(page);
  const rows = [
    await redrawRow("choose a part of a card, laid out", page, { thread, act: choosePart }),
    await redrawRow("drag a model over cards, laid out", page, {
      thread,
      act: await dragging(page),
    }),
    await typedRow(page, thread),
    await plansRow(page),
    await sliderRow(page),
  ];
  await close();
  return rows;
}

/** Something that a person does, once more; milliseconds until it is laid out. */
type Act = (page: Page, run: number) => Promise<number>;

async function redrawRow(
  name: string,
  page: Page,
  { thread, act }: { readonly thread: MainThread; readonly act: Act },
): Promise<Row> {
  const runs = await repeated(async (run) => {
    const { result, cpu } = await thread.during(() => act(page, run));
    return { time: result, cpu };
  });
  return {
    name,
    times: runs.map(({ time }) => time),
    bar: BARS_MS.redraw,
    parts: { "work until it is on the screen": runs.map(({ cpu }) => cpu) },
  };
}

/** Script, style and layout of choosing another part of a card. */
function choosePart(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const buttons = [...document.querySelectorAll<HTMLElement>(".segment-button")];
    const next = buttons.find((button) => button.getAttribute("aria-pressed") === "false");
    const start = performance.now();
    next?.click();
    await Promise.resolve();
    document.body.getBoundingClientRect();
    return performance.now() - start;
  });
}

/** A model in the hand, that goes from one card to the next; until its verdict there is laid out. */
async function dragging(page: Page): Promise<Act> {
  const from = await page.locator(".rank-chip").first().boundingBox();
  const cards = await page.locator("[data-card]").all();
  const [one, other] = await Promise.all([cards[2], cards[3]].map((card) => card?.boundingBox()));
  return async (_, run) => {
    const to = run % 2 === 0 ? one : other;
    if (from === null || to === null || to === undefined) {
      throw new Error("nothing to drag");
    }
    if (run === 0) {
      await page.mouse.move(from.x + 8, from.y + 8);
      await page.mouse.down();
    }
    await page.evaluate(watchOver);
    await page.mouse.move(to.x + 200, to.y + 20);
    await page.waitForFunction(() => (window as unknown as Over).over.at > 0);
    return page.evaluate(() => {
      const { over } = window as unknown as Over;
      return over.at - over.began;
    });
  };
}

interface Over {
  readonly over: { readonly began: number; readonly at: number };
}

/** Notes when the pointer moves, and when another card is marked for it. */
function watchOver(): void {
  const over = { began: 0, at: 0 };
  Object.assign(window, { over });
  window.addEventListener("mousemove", () => (over.began ||= performance.now()), {
    capture: true,
    once: true,
  });
  const watch = new MutationObserver(() => {
    document.body.getBoundingClientRect();
    over.at = performance.now();
    watch.disconnect();
  });
  watch.observe(document.querySelector(".rack") ?? document.body, {
    attributeFilter: ["data-over"],
    subtree: true,
  });
}

/** Typing in the fleet file, a comment: nothing but its text changes. */
async function typedRow(page: Page, thread: MainThread): Promise<Row> {
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await page.getByRole("tab", { name: "Fleet file" }).click();
  const act: Act = async (_, run) => {
    const time = await page.getByLabel("The fleet file").evaluate(typeIn, `# ${run}\n`);
    return time;
  };
  const row = await redrawRow("type in the fleet file, laid out", page, { thread, act });
  await page.waitForTimeout(500);
  await planned(page);
  return row;
}

async function typeIn(field: Element, more: string): Promise<number> {
  const area = field as HTMLTextAreaElement;
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set;
  const start = performance.now();
  set?.call(area, area.value + more);
  area.dispatchEvent(new Event("input", { bubbles: true }));
  await Promise.resolve();
  document.body.getBoundingClientRect();
  return performance.now() - start;
}

/** One model asks for another load, and for the one before: undo and redo, with the cards in sight. */
async function plansRow(page: Page): Promise<Row> {
  const field = page.getByLabel("The fleet file");
  await field.fill((await field.inputValue()).replace(/least: 8, want: \d+/, "least: 8, want: 17"));
  await page.getByRole("tab", { name: "Cards", exact: true }).click();
  await page.waitForTimeout(500);
  await planned(page);
  const runs = await repeated((run) => planTimes(page, run % 2 === 0 ? undo : redo));
  const parts = ["before", "worker", "transfer", "draw"] as const;
  return {
    name: "plan twelve cards anew, shown",
    times: runs.map(({ total }) => total),
    bar: BARS_MS.plan,
    parts: Object.fromEntries(
      parts.map((part) => [part, runs.map((times: PlanTimes) => times[part])]),
    ),
  };
}

function undo(): void {
  const buttons = [...document.querySelectorAll<HTMLElement>(".head-actions .button")];
  buttons.find(({ textContent }) => textContent === "Undo")?.click();
}

function redo(): void {
  const buttons = [...document.querySelectorAll<HTMLElement>(".head-actions .button")];
  buttons.find(({ textContent }) => textContent === "Redo")?.click();
}

async function sliderRow(page: Page): Promise<Row> {
  await page.getByRole("tab", { name: "What if" }).click();
  await page.locator(".verdict[data-fits]").waitFor();
  await page.waitForTimeout(1000);
  await page.getByRole("slider", { name: "Sequences at once" }).focus();
  const times = await repeated(async (run) => {
    const verdict = await page.locator(".verdict").textContent();
    const start = performance.now();
    await page.keyboard.press(run % 2 === 0 ? "ArrowRight" : "ArrowLeft");
    await page.waitForFunction(
      (before) => document.querySelector(".verdict")?.textContent !== before,
      verdict,
    );
    return performance.now() - start;
  });
  return { name: "move a what-if slider, verdict shown", times, bar: BARS_MS.slider };
}
