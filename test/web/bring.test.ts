import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanDocument } from "@berth/core";
import { strFromU8, unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { berth, folderWith } from "../cli/run-berth.ts";
import { tinyLlama } from "../fixtures/gguf/tiny-llama.ts";
import { ggufFile } from "../fixtures/gguf/write-gguf.ts";
import { CONFIG, INDEX, SHARDS } from "../fixtures/safetensors/two-shards.ts";
import { safetensorsBytes, safetensorsFile } from "../fixtures/safetensors/write-safetensors.ts";
import { choose, openPage, planned } from "../support/browser.ts";
import { builtPageInBrowser } from "../support/built-page-in-browser.ts";
import { describeWith } from "../support/tools.ts";
import { withoutTime } from "../support/without-time.ts";

const CAPTURES = join(import.meta.dirname, "../fixtures/nvidia-smi");
const HOSTS = "hosts:\n  - name: a\n    gpus:\n      - gpu: rtx-4090\n";

/** As a file manager drops it. */
async function drop(page: Page, path: string): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await browser.send("Input.dispatchDragEvent", { type, x: 700, y: 500, data });
  }
}

const problems = (page: Page) => page.locator(".notice .problem").allTextContents();

describeWith("chromium", "what is brought to the page", () => {
  const on = builtPageInBrowser();

  const planOf = async (cwd: string): Promise<PlanDocument> => {
    const { stdout, stderr } = await berth(["plan", "fleet.yaml", "--json"], { cwd });
    expect(stderr).not.toContain("expected");
    return withoutTime(JSON.parse(stdout) as PlanDocument);
  };

  test("files of models plan as the command line plans them, byte for byte, and from the zip", async () => {
    const { page, said, close } = await openPage(on.browser, on.url);
    await choose(page, [{ name: "fleet.yaml", content: `${HOSTS}models: []\n` }]);
    await page.waitForSelector('[data-card="a:0"]');
    const real = folderWith();
    writeFileSync(join(real, "tiny-q4.gguf"), ggufFile(tinyLlama()));
    await drop(page, join(real, "tiny-q4.gguf"));
    await page.waitForSelector('.rank-chip:has-text("tiny-q4")');
    await choose(page, [
      ...Object.entries(SHARDS).map(([name, content]) => ({ name, content })),
      { name: "model.safetensors.index.json", content: JSON.stringify(INDEX) },
      { name: "config.json", content: JSON.stringify(CONFIG) },
    ]);
    await page.waitForSelector('.rank-chip:has-text("llama")');
    await planned(page);
    await page.getByRole("tab", { name: "Files" }).click();
    await page.getByRole("button", { name: "Download all as a zip" }).waitFor();
    const [zip] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download all as a zip" }).click(),
    ]);
    const unzipped = Object.entries(unzipSync(readFileSync(await zip.path()))).map(
      ([name, bytes]) => [name, strFromU8(bytes)],
    );
    const taken = Object.fromEntries(unzipped) as Readonly<Record<string, string>>;
    const shown = withoutTime(JSON.parse(taken["plan.json"] ?? "") as PlanDocument);

    const fromZip = folderWith(taken);
    mkdirSync(join(real, "llama"));
    writeFileSync(join(real, "fleet.yaml"), taken["fleet.yaml"] ?? "");
    writeFileSync(join(real, "llama/config.json"), JSON.stringify(CONFIG));
    writeFileSync(join(real, "llama/model.safetensors.index.json"), JSON.stringify(INDEX));
    for (const [name, bytes] of Object.entries(SHARDS)) {
      writeFileSync(join(real, "llama", name), bytes);
    }
    const plans = await Promise.all([planOf(real), planOf(fromZip)]);
    expect(plans.map((plan) => JSON.stringify(plan))).toEqual([
      JSON.stringify(shown),
      JSON.stringify(shown),
    ]);
    expect(shown.deployments).toHaveLength(2);
    expect(said).toEqual([]);
    await close();
  });

  test("hostile files are refused in one sentence each, and nothing runs", async () => {
    const { page, said, close } = await openPage(on.browser, on.url);
    const whole = ggufFile(tinyLlama());
    const lying = safetensorsBytes("{}", 0);
    new DataView(lying.buffer).setBigUint64(0, 2n ** 62n, true);
    const many = ggufFile({ ...tinyLlama(), claims: { tensors: 2n ** 40n } });
    await choose(page, [
      { name: "lying.safetensors", content: lying },
      { name: "cut.gguf", content: whole.slice(0, 1500) },
      { name: "many.gguf", content: many },
      { name: "none.gguf", content: "MZ nothing of the kind" },
      { name: "lonely.safetensors", content: safetensorsFile([["a", "BF16", [1], 2]]) },
      { name: "lfs.safetensors", content: "version https://git-lfs.github.com/spec/v1\n" },
      { name: "plan.json", content: '{"schema":"berth/plan@7"}' },
      { name: "<img src=x onerror=alert(1)>.json", content: '{"a": 1}' },
    ]);
    await page.locator(".notice .problem").first().waitFor();
    expect(await problems(page)).toEqual([
      expect.stringMatching(/^lying.safetensors: expected a safetensors header of 2 to \d+ bytes/),
      expect.stringMatching(/^cut.gguf: .* it is cut short$/),
      expect.stringMatching(/^many.gguf: 1099511627776 tensors do not fit into it/),
      expect.stringMatching(/^none.gguf: expected a GGUF file, which starts with "GGUF"$/),
      expect.stringMatching(/^lfs.safetensors: expected the file itself, got the pointer/),
      expect.stringMatching(/^<img src=x onerror=alert\(1\)>.json: expected a fleet file/),
      expect.stringMatching(/^lonely.safetensors: .* expected the model's config.json with it$/),
      expect.stringMatching(/^plan.json: schema: expected "?berth\/plan@1"?, got "berth\/plan@7"/),
    ]);
    expect(await page.locator("img").count()).toBe(0);
    await page.getByText("What do you have, and what shall it serve?").waitFor();
    await page.locator(".notice").getByRole("button", { name: "Close" }).click();
    expect(await page.locator(".notice").count()).toBe(0);
    expect(said).toEqual([]);
    await close();
  });

  test("a remedy of an opened plan is a button where the fleet says what the model is", async () => {
    const fleet = `${HOSTS}models: [{ name: big, model: Qwen/Qwen2.5-14B, tp: 1, pp: 1 }]\n`;
    const cwd = folderWith({ "fleet.yaml": fleet });
    const { stdout } = await berth(["plan", "fleet.yaml", "--json"], { cwd });
    const { page, said, close } = await openPage(on.browser, on.url);
    await choose(page, [{ name: "plan.json", content: stdout }]);
    await page.getByText("A plan does not say what this model is").waitFor();
    expect(await page.locator(".remedy").count()).toBeGreaterThan(0);
    expect(await page.locator(".remedy .button").count()).toBe(0);
    await choose(page, [
      { name: "fleet.yaml", content: fleet },
      { name: "plan.json", content: stdout },
    ]);
    await page.locator(".remedy .button").first().click();
    await page.waitForSelector('.rank-chip:has-text("big")');
    await page.waitForSelector(".unplaced", { state: "detached" });
    expect(said).toEqual([]);
    await close();
  });

  test("a plan opens as it was made; the first change, or a button, plans it anew", async () => {
    const cwd = folderWith({
      "fleet.yaml": `${HOSTS}models: [{ name: small, model: Qwen/Qwen2.5-0.5B, maxSeqLen: 2k }]\n`,
    });
    const { stdout } = await berth(["plan", "fleet.yaml", "--json"], { cwd });
    const { page, said, close } = await openPage(on.browser, on.url);
    await choose(page, [{ name: "plan.json", content: stdout }]);
    await page.getByText("This is plan.json as it was made").waitFor();
    await page.waitForSelector('[data-card="a:0"] .rank-chip:has-text("small")');
    await page.getByRole("tab", { name: "Files" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download plan.json" }).click(),
    ]);
    expect(JSON.parse(readFileSync(await file.path(), "utf8"))).toEqual(JSON.parse(stdout));
    await page.getByRole("button", { name: "Plan it anew" }).click();
    await page.getByText("This is plan.json as it was made").waitFor({ state: "detached" });
    await planned(page);
    await page.getByRole("tab", { name: "Cards" }).click();
    await page.waitForSelector('[data-card="a:0"] .rank-chip:has-text("small")');
    expect(said).toEqual([]);
    await close();
  });

  test("every capture of nvidia-smi can be pasted: cards, or one sentence", async () => {
    const { page, said, close } = await openPage(on.browser, on.url);
    const captures = readdirSync(CAPTURES, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".md"))
      .map((entry) => join(entry.parentPath, entry.name));
    const seen: Record<string, string> = {};
    for (const path of captures) {
      const field = page.getByLabel("What nvidia-smi printed");
      await field.fill(readFileSync(path, "utf8"));
      await page.getByRole("button", { name: "Use these cards" }).click();
      await field.waitFor({ state: "detached" });
      const cards = page.locator(".entry-head strong");
      const problem = page.locator(".side .problem[role=alert]");
      await cards.or(problem).first().waitFor();
      seen[path.slice(CAPTURES.length + 1)] = (await cards.count())
        ? ((await cards.first().textContent()) ?? "")
        : `no: ${await problem.textContent()}`;
      await page.getByRole("button", { name: "Start over" }).click();
    }
    const one = "box: 1 card";
    const four = "box: 4 cards";
    const no = expect.stringMatching(/^no: box\.txt: expected/);
    expect(seen).toEqual({
      "h100-x1/busy.apps.csv": no,
      "h100-x1/busy.gpu-nounits.csv": one,
      "h100-x1/busy.gpu.csv": one,
      "h100-x1/busy.plain.txt": one,
      "h100-x1/busy.query.txt": one,
      "h100-x1/busy.query.xml": one,
      "h100-x1/list.txt": one,
      "h100-x1/mig-profiles.txt": no,
      "h100-x1/topo-p2p-r.txt": no,
      "h100-x1/topo.txt": no,
      "h200-x4/busy.apps.csv": no,
      "h200-x4/busy.gpu-nounits.csv": four,
      "h200-x4/busy.gpu.csv": four,
      "h200-x4/busy.plain.txt": four,
      "h200-x4/list.txt": four,
      "h200-x4/nvlink.txt": no,
      "h200-x4/topo-p2p-r.txt": no,
      "h200-x4/topo.txt": no,
    });
    expect(said).toEqual([]);
    await close();
  });

  test("fields say in words what is wrong, and write what is right into the fleet file", async () => {
    const { page, said, close } = await openPage(on.browser, on.url);
    const fleet = `${HOSTS}models: [{ name: small, model: Qwen/Qwen2.5-0.5B }]\n`;
    await choose(page, [{ name: "fleet.yaml", content: fleet }]);
    await page.waitForSelector(".rank-chip");
    await page.getByText("Limits and labels of a").click();
    await page.getByLabel("Disk for models").fill("lots");
    await page
      .getByText("Expected a size with its unit, such as 24 GiB or 512 MiB, got lots.")
      .waitFor();
    await page.getByLabel("Disk for models").fill("2 TB");
    await page.getByLabel("Labels of its cards").fill("fast, rack-2");
    await page.getByRole("button", { name: "Settings of small" }).click();
    await page.getByLabel("Longest sequence").fill("32k");
    await page.getByText("Where it may run").click();
    await page.getByLabel("Not on a card with").fill("other");
    await page.getByText("There is no other, and nothing else to name.").waitFor();
    await page.getByLabel("Not on a card with").fill("");
    await page.getByLabel("Only on cards labelled").fill("fast");
    await page.getByText("Rules for all cards").click();
    await page.getByLabel("Chance that all engines fit").fill("99.9 %");
    await page.getByRole("tab", { name: "Fleet file" }).click();
    const text = await page.getByLabel("The fleet file", { exact: true }).inputValue();
    for (const written of ["disk: 2 TB", "maxSeqLen: 32k", "chanceToFit: 0.999"]) {
      expect(text).toContain(written);
    }
    expect(text).toMatch(/labels: \[ *fast, rack-2 *\][\s\S]*labels: \[ *fast *\]/);
    await planned(page);
    expect(await page.locator(".summary .problem").count()).toBe(0);
    expect(said).toEqual([]);
    await close();
  });

  test("a finger drags a model onto a card", async () => {
    const { page, said, close } = await openPage(on.browser, on.url, { hasTouch: true });
    const fleet = "hosts: [{ name: a, gpus: [{ gpu: rtx-4090, count: 2 }] }]\n";
    await choose(page, [
      {
        name: "fleet.yaml",
        content: `${fleet}models: [{ name: small, model: Qwen/Qwen2.5-0.5B, gpus: ["a:0"] }]\n`,
      },
    ]);
    await page.waitForSelector('[data-card="a:0"] .rank-chip');
    await planned(page);
    const from = await page.locator(".rank-chip").first().boundingBox();
    const to = await page.locator('[data-card="a:1"]').boundingBox();
    if (from === null || to === null) {
      throw new Error("nothing to drag");
    }
    const finger = await page.context().newCDPSession(page);
    const touch = (type: string, x?: number, y?: number) =>
      finger.send("Input.dispatchTouchEvent", {
        type: type as "touchStart",
        touchPoints: x === undefined || y === undefined ? [] : [{ x, y }],
      });
    await touch("touchStart", from.x + 8, from.y + 8);
    // a finger that moves at once scrolls; one that rests drags
    await page.locator(".drag-label").waitFor();
    for (const step of [0.25, 0.5, 0.75, 1]) {
      const y = from.y + 8 + (to.y + 20 - from.y - 8) * step;
      await touch("touchMove", from.x + 8 + (to.x + 150 - from.x - 8) * step, y);
    }
    await page.locator(".drag-label[data-fits]").waitFor();
    await touch("touchEnd");
    await page.waitForSelector('[data-card="a:1"] .rank-chip:has-text("small")');
    expect(said).toEqual([]);
    await close();
  });

  test("without a network it opens, and plans; with one again it is the newest", async () => {
    const { page, said, close } = await openPage(on.browser, on.url, { serviceWorkers: "allow" });
    const fleet = `${HOSTS}models: [{ name: small, model: Qwen/Qwen2.5-0.5B }]\n`;
    await choose(page, [{ name: "fleet.yaml", content: fleet }]);
    await page.waitForSelector(".rank-chip");
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.context().setOffline(true);
    await page.reload();
    await page.waitForSelector('.rank-chip:has-text("small")');
    const search = page.getByRole("combobox", { name: "Add a model" });
    await search.fill("qwen2-7b");
    await page
      .getByRole("option", { name: /Qwen2-7B/ })
      .first()
      .click();
    await page.waitForSelector('.rank-chip:has-text("qwen2-7b")');
    await page.getByRole("tab", { name: "Files" }).click();
    await page.getByRole("option", { name: "fleet.yaml" }).waitFor();
    // a page from the network goes before the one that is kept
    await page.context().setOffline(false);
    await page
      .context()
      .route(on.url, (route) =>
        route.fulfill({ body: "<h1>newer</h1>", contentType: "text/html" }),
      );
    await page.reload();
    await page.getByText("newer").waitFor();
    expect(said).toEqual([]);
    await close();
  });
});
