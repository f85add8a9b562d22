import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith } from "../cli/run-berth.ts";
import { BERTH_BIN, ROOT } from "../support/berth-bin.ts";
import { openPage, planned, startBrowser } from "../support/browser.ts";
import { buildPage } from "../support/built-page.ts";
import { describeWith } from "../support/tools.ts";

const FLEET = "# ours\nmodels:\n  - { name: small, model: Qwen/Qwen2.5-0.5B, maxSeqLen: 2k }\n";

const folder = folderWith({
  "fleet.yaml": FLEET,
  "cards.xml": readFileSync(join(ROOT, "examples/inventory/twelve-cards.xml"), "utf8"),
});

/** berth serve, and the address that it prints. */
function serve(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const args = ["serve", "fleet.yaml", "--inventory", "cards.xml", "--port", "0", "--json"];
  const child = spawn(process.execPath, [BERTH_BIN, ...args], { cwd: folder });
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stdout.on("data", (chunk: Buffer) => {
      resolve({ child, url: (JSON.parse(chunk.toString()) as { url: string }).url });
    });
    child.on("close", () => reject(new Error(said)));
  });
}

describeWith("chromium", "the page of berth serve", () => {
  let browser: Browser;
  let child: ChildProcess;
  let url: string;

  beforeAll(async () => {
    buildPage();
    browser = await startBrowser();
    ({ child, url } = await serve());
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    child?.kill("SIGKILL");
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
