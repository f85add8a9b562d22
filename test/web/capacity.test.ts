import { join } from "node:path";
import type { CapacityDocument } from "@berth/core/capacity";
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { SERVED_COLUMNS } from "../../packages/web/src/features/capacity/columns.ts";
import { fragmentOf } from "../../packages/web/src/state/share-link.ts";
import {
  chanceText,
  rateText,
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

/** Lets go of a file above a place of the page, as a person does: only the browser itself can make such a drop. */
async function drop(page: Page, place: Locator, file: string): Promise<void> {
  await place.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await place.boundingBox()) ?? {
    x: 0,
    y: 0,
    width: 0,
    height: 0,
  };
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", {
      type,
      x: x + width / 2,
      y: y + height / 2,
      data,
    });
  }
}

/** How the command line and the page are asked to walk. */
const WALK = { paths: "300", minutes: "2", seed: "7" };

/** The parts of the page that run for a while. */
const CACHES = "The KV caches over time";
const REQUESTS = "Request by request";

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
  const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
  const start = async (place: Locator, setting: Partial<typeof WALK>) => {
    for (const [key, value] of Object.entries(setting)) {
      const name = key.replace(/^./, (first) => first.toUpperCase());
      const field = place.getByRole("textbox", { name, exact: true });
      await field.fill(value);
      await field.press("Tab");
    }
    await place.getByRole("button", { name: /^(?:Walk|Simulate)/ }).press("Enter");
  };
  const walk = (page: Page, setting: typeof WALK) => start(part(page, CACHES), setting);

  test("its numbers are those of the command line, and walks end when they are told to", async () => {
    const cwd = folderWith({ "fleet.yaml": FLEET });
    await berthHere(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
    const flags = ["--simulate", "--minutes", WALK.minutes, "--seed", WALK.seed, "--json"];
    const all = ["--monte-carlo", WALK.paths, "--percentiles", "50,95", ...flags];
    const said = await berthHere(["capacity", "plan.json", ...all], { cwd });
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
    expect(await rows(table(page, /^Requests.s that are left/))).toEqual(
      models.map(({ model, requestsPerSecond, afterLoss }) => [
        model,
        rateText(requestsPerSecond),
        ...afterLoss.map(
          ({ requestsPerSecond: left, lost, isEnough }) =>
            `${rateText(left)}without ${lost}${isEnough ? "" : "less than asked"}`,
        ),
      ]),
    );
    const [chat] = models;
    expect(chat?.afterLoss.map(({ loss }) => loss)).toEqual(["gpu", "host"]);
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

    const { paths: _, ...time } = WALK;
    await start(part(page, REQUESTS), time);
    await page.getByText("Every request of 2 minutes, seed 7.").waitFor();
    const simulated = chat?.simulated ?? [];
    expect(simulated).not.toEqual([]);
    const methods = await rows(table(page, /^chat: one replica, .* request by request/));
    expect(methods.slice(1).map((cells) => cells.slice(1))).toEqual(
      simulated.map(({ sequences, kvIntervals: { p50, p95, p99 }, waits, pauses }) => [
        rateText(sequences),
        ...[p50, p95, p99, waits, pauses].map((one) => one && chanceText(one)),
      ]),
    );
    // the closed form beside it is the one above
    expect(methods[0]?.slice(1, -1)).toEqual(walked[0]?.slice(1, -2));
    const { latencies = [], targets = [] } = chat?.simulatedRequests ?? {};
    const took = await rows(table(page, /^chat.*: how long its/));
    const own = took.filter(([name]) => name?.endsWith(", simulation"));
    expect(own.map((cells) => cells.slice(2))).toEqual(
      latencies.map(({ quantiles }) => quantiles.map(({ seconds }) => timeText(seconds))),
    );
    const closed = took.find(([name]) => name === "TTFT, closed form");
    const expected = chat?.latencies.filter(({ metric }) => metric === "ttft") ?? [];
    expect(closed?.slice(2, 4)).toEqual(expected.map(({ seconds }) => timeText(seconds)));
    expect(await rows(table(page, /^chat.*: targets, in/))).toEqual(
      targets.map((target, place) => [
        targetText(target),
        chat?.targets[place]?.isMet ? "met" : "missed",
        target.isMet ? "met" : "missed",
        timeText(target.seconds),
      ]),
    );

    // what runs is cancelled, and of two runs the last that is asked for wins
    for (const { place, long, short, done } of [
      {
        place: part(page, CACHES),
        long: { paths: "20000", minutes: "600", seed: "1" },
        short: { paths: "20", minutes: "1", seed: "3" },
        done: "20 paths of 1 minute, seed 3",
      },
      {
        place: part(page, REQUESTS),
        long: { minutes: "9000", seed: "1" },
        short: { minutes: "1", seed: "3" },
        done: "Every request of 1 minute, seed 3.",
      },
    ]) {
      await start(place, long);
      await place.getByRole("progressbar").waitFor();
      await place.getByRole("button", { name: "Cancel" }).click();
      await place.getByText("Cancelled: nothing is shown of it.").waitFor();
      expect(await place.getByRole("progressbar").count()).toBe(0);
      await start(place, long);
      await place.getByRole("progressbar").waitFor();
      await start(place, short);
      await place.getByText(done).waitFor();
    }
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
    const choose = async (button: string, name: string, text: string) => {
      const chooser = page.waitForEvent("filechooser");
      await page.getByRole("button", { name: button }).click();
      const buffer = Buffer.from(text);
      await (await chooser).setFiles({ name, mimeType: "text/csv", buffer });
    };
    const take = "Take rate and lengths from a trace";
    await choose(take, "bad.csv", "0,100,20\nyesterday,200,30\n");
    await page.getByText(/^bad\.csv: line 2: expected a time/).waitFor();
    await choose(take, "may.csv", "0,100,20\n1,200,30\n2,5,0\n4,100,20\n");
    await page
      .getByText("It holds 3 requests in 4 seconds, and 1 without an answer, which are left out.")
      .waitFor();
    // two more requests within four seconds
    await page
      .getByRole("row", { name: /^quiet 0\.500/ })
      .first()
      .waitFor();

    // another is dropped on the first, of Azure's form
    const azure =
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.68,374,44\n2023-11-16 18:15:50.68,396,109\n";
    const folder = folderWith({ "azure.csv": azure });
    await drop(page, page.locator(".trace"), join(folder, "azure.csv"));
    await page
      .getByText("Requests come as in azure.csv. It holds 2 requests in 4 seconds.")
      .waitFor();
    await page
      .getByRole("row", { name: /^quiet 0\.250/ })
      .first()
      .waitFor();
    expect(await fleetText(page)).toContain("workload: { trace: azure.csv }");
    expect(said).toEqual([]);
    await close();
  });

  test("runs stay, and go on, while something else is looked at", async () => {
    const { page, close, said } = await open();
    const leaveAndReturn = async () => {
      await fleetText(page);
      await page.getByText("The KV caches over time").waitFor({ state: "detached" });
      await page.getByRole("tab", { name: "Capacity" }).click();
      await part(page, CACHES).waitFor();
    };
    await start(part(page, REQUESTS), { minutes: "1", seed: "3" });
    await page.getByText("Every request of 1 minute, seed 3.").waitFor();
    const before = await rows(table(page, /^chat: one replica, .* request by request/));
    await walk(page, { paths: "4000", minutes: "20", seed: "5" });
    await leaveAndReturn();
    expect(await rows(table(page, /^chat: one replica, .* request by request/))).toEqual(before);
    const seed = part(page, REQUESTS).getByRole("textbox", { name: "Seed", exact: true });
    expect(await seed.inputValue()).toBe("3");
    // the walk ends though nobody asks for it again
    await page.getByText("4,000 paths of 20 minutes, seed 5").waitFor();
    await leaveAndReturn();
    expect(await page.getByText("4,000 paths of 20 minutes, seed 5").count()).toBe(1);
    expect(said).toEqual([]);
    await close();
  });

  test("axe finds nothing with everything open: wide and light, 360 pixels narrow and dark", async () => {
    const { page, close } = await open({ bypassCSP: true });
    await walk(page, { paths: "20", minutes: "1", seed: "1" });
    await page.locator(".bands-chart").first().waitFor();
    await start(part(page, REQUESTS), { minutes: "1" });
    await page.getByText("Every request of 1 minute").waitFor();
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
