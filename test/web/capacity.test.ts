import type { CapacityDocument } from "@berth/core/capacity";
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { SERVED_COLUMNS } from "../../packages/web/src/features/capacity/columns.ts";
import { fragmentOf } from "../../packages/web/src/state/share-link.ts";
import {
  chanceText,
  spreadText,
  targetText,
  timeText,
} from "../../packages/web/src/text/say-capacity.ts";
import { folderWith } from "../cli/run-berth.ts";
import { sideways, violations } from "../support/axe.ts";
import { openPage, planned } from "../support/browser.ts";
import { builtPageInBrowser } from "../support/built-page-in-browser.ts";
import { CAPACITY_FLEET as FLEET } from "../support/capacity-fleet.ts";
import { berthHere } from "../support/in-process.ts";
import { describeWith } from "../support/tools.ts";

/** How the command line and the page are asked to walk. */
const WALK = { paths: "300", minutes: "2", seed: "7" };

describeWith("chromium", "what a plan serves, in a browser", () => {
  const on = builtPageInBrowser();

  const open = async (options: Parameters<typeof openPage>[2] = {}) => {
    const fragment = fragmentOf({ fleet: FLEET, files: [] });
    const opened = await openPage(on.browser, `${on.url}#${fragment}`, options);
    await opened.page.waitForSelector(".rank-chip");
    await planned(opened.page);
    await opened.page.getByRole("tab", { name: "Capacity" }).click();
    await opened.page.locator(".curve-line").first().waitFor();
    return opened;
  };
  const fleetText = async (page: Page) => {
    await page.getByRole("tab", { name: "Fleet file" }).click();
    return page.getByLabel("The fleet file").inputValue();
  };
  const table = (page: Page, caption: RegExp) =>
    page.getByRole("table").filter({ has: page.locator("caption", { hasText: caption }) });
  const rows = async (found: Locator) => {
    const all = await found.locator("tbody tr").all();
    return Promise.all(all.map((row) => row.locator("th, td").allTextContents()));
  };
  const walk = async (page: Page, setting: typeof WALK) => {
    for (const [key, value] of Object.entries(setting)) {
      const name = key.replace(/^./, (first) => first.toUpperCase());
      await page.getByRole("textbox", { name, exact: true }).fill(value);
      await page.keyboard.press("Tab");
    }
    await page.getByRole("button", { name: /^Walk/ }).press("Enter");
  };

  test("its numbers are those of the command line, and walks end when they are told to", async () => {
    const cwd = folderWith({ "fleet.yaml": FLEET });
    await berthHere(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
    const flags = ["--monte-carlo", WALK.paths, "--minutes", WALK.minutes, "--seed", WALK.seed];
    const said = await berthHere(["capacity", "plan.json", ...flags, "--json"], { cwd });
    const { models } = JSON.parse(said.stdout) as CapacityDocument;
    const { page, said: console, close } = await open();

    expect(await rows(table(page, /^What each model serves/))).toEqual(
      models.map((model) => [model.model, ...SERVED_COLUMNS.map(({ of }) => of(model))]),
    );
    expect(await rows(table(page, /^How fast, with/))).toEqual(
      models.map(({ model, latencies }) => [
        model,
        ...latencies.map(
          ({ seconds, lowSeconds, highSeconds }) =>
            `${timeText(seconds)}${timeText(lowSeconds)} – ${timeText(highSeconds)}`,
        ),
      ]),
    );
    const [chat] = models;
    const [ttft] = chat?.targets ?? [];
    expect(await rows(table(page, /^Targets, and/))).toContainEqual([
      "chat",
      ttft === undefined ? "" : targetText(ttft),
      "missed",
      ttft?.breaksAtRequestsPerSecond.toPrecision(3),
    ]);
    expect(await page.locator(".verdict").textContent()).toContain(
      `chat misses TTFT p95 ≤ 1.50 s: it breaks at ${ttft?.breaksAtRequestsPerSecond.toPrecision(3)}`,
    );

    await walk(page, WALK);
    await page.getByText("300 paths of 2 minutes, seed 7").waitFor();
    const walked = await rows(table(page, /^chat: one replica/));
    expect(walked.slice(1).map((cells) => cells.slice(1))).toEqual(
      (chat?.occupancy ?? []).map(({ sequences, kvIntervals, waits, pauses, runsOut }) => [
        spreadText(sequences),
        ...[kvIntervals.p50, kvIntervals.p95, kvIntervals.p99].map(chanceText),
        ...[waits, pauses, runsOut].map(chanceText),
      ]),
    );
    expect(await page.locator(".bands-chart").count()).toBe(chat?.occupancy?.length);

    // a walk is cancelled, and of two the last that is asked for wins
    const long = { paths: "20000", minutes: "600", seed: "1" };
    await walk(page, long);
    await page.getByRole("progressbar").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled: nothing is shown of it.").waitFor();
    expect(await page.getByRole("progressbar").count()).toBe(0);
    await walk(page, long);
    await page.getByRole("progressbar").waitFor();
    await walk(page, { paths: "20", minutes: "1", seed: "3" });
    await page.getByText("20 paths of 1 minute, seed 3").waitFor();
    expect(console).toEqual([]);
    await close();
  });

  test("what is typed is the fleet file's, comments and all; a model without a workload gets one", async () => {
    const { page, said, close } = await open();
    const rate = page.getByRole("textbox", { name: "Requests a second" });
    await rate.fill("0.5");
    await rate.press("Enter");
    await page.locator('.verdict[data-fits="true"]').waitFor();
    await page.getByRole("textbox", { name: "Tokens of a prompt" }).fill("600..3k sigma");
    await page.getByText("Expected tokens such as 600 or 8k").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("textbox", { name: "Tokens of an output" }).fill("100..400");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove target 1" }).click();
    const edited = await fleetText(page);
    expect(edited).toContain("name: chat # the one that everybody asks");
    expect(edited).toContain("rate: 0.5 # measured in May");
    expect(edited).toContain("output: { median: 100, p95: 400 }");
    expect(edited).toContain("targets: [ { metric: tpot, percentile: 99, most: 60 ms } ]");
    for (const _ of ["target", "output", "rate"]) {
      await page.getByRole("button", { name: "Undo" }).click();
    }
    expect(await fleetText(page)).toBe(FLEET);

    // a model without a workload gets one, and a trace in its place
    await page.getByRole("tab", { name: "Capacity" }).click();
    await page.getByRole("button", { name: /Model$/ }).click();
    await page.getByRole("option", { name: "quiet" }).click();
    await page.getByText("quiet has no workload: nobody").waitFor();
    await page.getByRole("button", { name: "Set a workload" }).click();
    await page
      .getByRole("row", { name: /^quiet 1\.00/ })
      .first()
      .waitFor();
    await page.getByText("Traces, shared prefixes").click();
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Take rate and lengths from a trace" }).click();
    const text = "0,100,20\n1,200,30\n4,100,20\n";
    await (await chooser).setFiles({
      name: "may.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(text),
    });
    // two more requests within four seconds
    await page
      .getByRole("row", { name: /^quiet 0\.500/ })
      .first()
      .waitFor();
    expect(await fleetText(page)).toContain("workload: { trace: may.csv }");
    expect(said).toEqual([]);
    await close();
  });

  test("axe finds nothing with everything open: wide and light, 360 pixels narrow and dark", async () => {
    const { page, close } = await open({ bypassCSP: true });
    await walk(page, { paths: "20", minutes: "1", seed: "1" });
    await page.locator(".bands-chart").first().waitFor();
    for (const fold of await page.locator(".capacity details > summary").all()) {
      await fold.click();
    }
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await violations(page)).toEqual([]);
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await close();
  });
});
