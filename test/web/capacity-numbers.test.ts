import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { fragmentOf } from "../../packages/web/src/state/share-link.ts";
import { ratedFleet } from "../bench/rated-fleet.ts";
import { folderWith } from "../cli/run-berth.ts";
import { openPage, planned } from "../support/browser.ts";
import { builtPageInBrowser } from "../support/built-page-in-browser.ts";
import { CAPACITY_FLEET } from "../support/capacity-fleet.ts";
import { berthHere } from "../support/in-process.ts";
import { describeWith } from "../support/tools.ts";

/** Cards that are not alike, so that replicas are not either. */
const UNLIKE = `hosts: [{ name: box, gpus: [{ gpu: rtx-3090 }, { gpu: l40s-48gb }] }]
engine: vllm
costs: { perKwh: 0.3 }
models:
  - name: chat
    model: Qwen/Qwen2.5-7B-Instruct
    replicas: 2
    concurrency: 8
    maxSeqLen: 4096
    workload: { rate: 1, prompt: { median: 600, p95: 3000 }, output: 250, targets: [{ metric: ttft, most: 2 s }] }
`;

const generated = (seed: number): string => JSON.stringify(ratedFleet(seed, 4, 2), undefined, 2);

/** Lines of the command line's tables, each cut where columns are. */
const linesOf = (text: string): readonly (readonly string[])[] =>
  text.split("\n").map((line) => line.trim().split(/ {2,}/));

describeWith("chromium", "the page says what berth capacity prints", () => {
  const on = builtPageInBrowser();
  const table = (page: Page, caption: RegExp) =>
    page.getByRole("table").filter({ has: page.locator("caption", { hasText: caption }) });
  const rows = async (found: Locator) => {
    const all = await found.locator("tbody tr").all();
    return Promise.all(all.map((row) => row.locator("th, td").allTextContents()));
  };

  /** Watts, energy and cost of each model; of a single one they stand in the line of all. */
  const expectEnergy = async (page: Page, lines: ReturnType<typeof linesOf>) => {
    await page
      .getByText("What it takes to run")
      .click()
      .catch(() => undefined);
    const energy = await rows(page.locator("details table").filter({ hasText: "kWh" }));
    expect(energy.length).toBeGreaterThan(0);
    for (const [model, watts, kwh, cost] of energy.slice(0, -1)) {
      const own = lines.find((line) => line[0] === model && line[1] === watts);
      const all = lines.find(([line]) => line?.startsWith("In all"))?.[0] ?? "";
      const texts = own?.slice(2) ?? [];
      expect(energy.length > 2 ? texts : [kwh, cost], model).toEqual([kwh, cost]);
      expect(energy.length > 2 || all.includes(`${kwh} kWh a million tokens`), all).toBe(true);
    }
  };

  test.each([
    {
      what: "the example of two assistants",
      fleet: readFileSync("examples/two-assistants.yaml", "utf8"),
    },
    { what: "models that share cards", fleet: CAPACITY_FLEET },
    { what: "replicas on unlike cards", fleet: UNLIKE },
    { what: "a generated fleet", fleet: generated(2) },
    { what: "another generated fleet", fleet: generated(3) },
  ])("of $what", async ({ fleet }) => {
    const cwd = folderWith({ "fleet.yaml": fleet });
    await berthHere(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
    const { stdout } = await berthHere(["capacity", "plan.json"], { cwd, width: 200 });
    const lines = linesOf(stdout);
    const { page, close } = await openPage(
      on.browser,
      `${on.url}#${fragmentOf({ fleet, files: [] })}`,
    );
    await planned(page);
    await page.getByRole("tab", { name: "Capacity" }).click();
    await page.locator(".served-table").waitFor();

    const served = await rows(table(page, /^What each model serves/));
    expect(served.length).toBeGreaterThan(0);
    for (const [model = "", ...cells] of served) {
      // requests/s, at most, …, KV p50, p95, p99 and who has that cache, waits
      const own = lines.find(([name, ...more]) => name === model && more.at(-2)?.includes("%"));
      expect([cells[0], cells[1], ...cells.slice(-4)], model).toEqual([
        own?.[1],
        own?.[2],
        ...(own?.slice(-4) ?? []),
      ]);
    }
    const latencies = table(page, /^How fast, with/);
    const heads = (await latencies.locator("thead th").allTextContents()).slice(1);
    expect(heads).toHaveLength(6);
    for (const [model = "", ...cells] of await rows(latencies)) {
      cells.forEach((cell, i) => {
        const name = heads[i]?.replace("End to end", "end to end");
        const own = lines.find((line) => line[0] === model && line[1] === name);
        expect(cell, `${model} ${name}`).toBe(`${own?.[2]}${own?.[3]?.replace(" to ", " – ")}`);
      });
    }
    for (const [model, target, state, breaks] of await rows(table(page, /^Targets, and/))) {
      const said = target?.replace("End to end", "end to end");
      const own = lines.find((line) => line[0] === model && line[1] === said);
      expect([state, `${breaks} requests/s`], said).toEqual(own?.slice(2));
    }
    await expectEnergy(page, lines);
    await close();
  });
});
