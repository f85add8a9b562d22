import type { ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanDocument } from "@berth/core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { berth, folderWith } from "../cli/run-berth.ts";
import { tinyLlama } from "../fixtures/gguf/tiny-llama.ts";
import { ggufFile } from "../fixtures/gguf/write-gguf.ts";
import { CONFIG, INDEX, SHARDS } from "../fixtures/safetensors/two-shards.ts";
import { ROOT } from "../support/berth-bin.ts";
import { openPage, planned, startBrowser } from "../support/browser.ts";
import { buildPage } from "../support/built-page.ts";
import { type HubStandIn, hubStandIn } from "../support/hub-stand-in.ts";
import { serveFleet } from "../support/served-page.ts";
import { describeWith } from "../support/tools.ts";
import { withoutTime } from "../support/without-time.ts";

const FLEET = "# ours\nmodels:\n  - { name: small, model: Qwen/Qwen2.5-0.5B, maxSeqLen: 2k }\n";

const folder = folderWith({
  "fleet.yaml": FLEET,
  "cards.xml": readFileSync(join(ROOT, "examples/inventory/twelve-cards.xml"), "utf8"),
});

mkdirSync(join(folder, "own"));
writeFileSync(join(folder, "own/tiny.gguf"), ggufFile(tinyLlama()));

const comparable = (plan: PlanDocument): string => JSON.stringify(withoutTime(plan));

describeWith("chromium", "the page of berth serve", () => {
  let browser: Browser;
  let child: ChildProcess;
  let url: string;
  let hub: HubStandIn;

  beforeAll(async () => {
    buildPage();
    browser = await startBrowser();
    hub = await hubStandIn({
      "config.json": JSON.stringify(CONFIG),
      "model.safetensors.index.json": JSON.stringify(INDEX),
      ...SHARDS,
    });
    const args = ["fleet.yaml", "--inventory", "cards.xml", "--port", "0"];
    const env = { HF_ENDPOINT: hub.url, HF_HUB_OFFLINE: "", BERTH_CACHE_DIR: folderWith() };
    ({ child, url } = await serveFleet(folder, args, env));
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    child?.kill("SIGKILL");
    hub?.server.close();
  });

  test("plans the folder's fleet for the machines' cards; a save keeps what people wrote, and loses nothing of others", async () => {
    const { page, said, close } = await openPage(browser, url);
    await page.waitForSelector(".rank-chip");
    await planned(page);
    expect(await page.locator(".rank-chip").allTextContents()).toEqual(["small"]);
    expect(page.url()).not.toContain("token");

    await page.getByRole("button", { name: "Remove small" }).waitFor();
    const search = page.getByRole("combobox", { name: "Add a model" });
    await search.fill("qwen2-7b");
    await page
      .getByRole("option", { name: /Qwen2-7B/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Save fleet.yaml" }).click();
    await page.getByRole("button", { name: "fleet.yaml is saved" }).waitFor();
    const saved = readFileSync(join(folder, "fleet.yaml"), "utf8");
    expect(saved).toContain("# ours");
    expect(saved).toMatch(/Qwen2-7B/);

    await page.reload();
    await page.waitForSelector('.rank-chip:has-text("qwen2-7b")');
    expect(said).toEqual([]);
    await close();
  });

  test("a Hub id is looked up when the button is pressed, and plans as the command line plans it, byte for byte", async () => {
    const { page, said, close } = await openPage(browser, url);
    await page.waitForSelector(".rank-chip");
    const search = page.getByRole("combobox", { name: "Add a model" });
    await search.fill("org/tiny");
    await search.press("Enter");
    const button = page.getByRole("button", { name: "Look it up on the Hub" });
    await button.waitFor();
    await planned(page);
    expect(hub.asked).toEqual([]);
    await button.click();
    await page.waitForSelector('.rank-chip:has-text("tiny")');
    await planned(page);
    await page.getByRole("tab", { name: "Files" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download plan.json" }).click(),
    ]);
    const shown = JSON.parse(readFileSync(await file.path(), "utf8")) as PlanDocument;
    await page.getByRole("tab", { name: "Fleet file" }).click();
    const fleet = await page.getByLabel("The fleet file", { exact: true }).inputValue();
    const { stdout } = await berth(["plan", "-", "--inventory", "cards.xml", "--json"], {
      cwd: folder,
      input: fleet,
      env: { HF_ENDPOINT: hub.url, HF_HUB_OFFLINE: "", BERTH_CACHE_DIR: folderWith() },
    });
    const direct = JSON.parse(stdout) as PlanDocument;
    expect(comparable(shown)).toBe(comparable(direct));
    expect(said).toEqual([]);
    await close();
  });

  test("files of models in the folder are there at once", async () => {
    const { said, page, close } = await openPage(browser, url);
    await page.waitForSelector(".rank-chip");
    const token = await page.evaluate(() => sessionStorage.getItem("berth/token"));
    const answer = await page.evaluate(async (bearer) => {
      const response = await fetch("api/model", {
        method: "POST",
        headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "own/tiny.gguf" }),
      });
      return (await response.json()) as { readonly files: readonly { readonly name: string }[] };
    }, token);
    expect(answer.files.map(({ name }) => name)).toEqual(["own/tiny.gguf.header.json"]);
    expect(said).toEqual([]);
    await close();
  });

  test("without the token there is nothing to see", async () => {
    const { page, close } = await openPage(browser, new URL("/", url).href);
    await page.getByText("What do you have, and what shall it serve?").waitFor();
    expect(await page.locator(".served").count()).toBe(0);
    const { status } = await page.evaluate(async () => {
      const answer = await fetch("api/session");
      return { status: answer.status };
    });
    expect(status).toBe(401);
    await close();
  });
});
