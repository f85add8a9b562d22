import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith } from "../cli/run-berth.ts";
import { openPage, planned, startBrowser, withExample } from "../support/browser.ts";
import { buildPage, pageFile, servePage } from "../support/built-page.ts";
import { serveFleet } from "../support/served-page.ts";
import { describeWith } from "../support/tools.ts";

/** Until the page is kept, and its files come from what is kept. */
async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** The service worker of the next version, as the page sees it: one without the script that is open now. */
function nextVersion(): string {
  const [, build = "{}", rest = ""] = /^self\.BUILD=(.*);\n([\s\S]*)$/.exec(
    pageFile("service-worker.js"),
  ) ?? ["", "{}", ""];
  const { files } = JSON.parse(build) as { readonly files: readonly string[] };
  const [, own = ""] =
    /<script type="module"[^>]* src="\.\/([^"]+)"/.exec(pageFile("index.html")) ?? [];
  expect(files).toContain(own);
  const next = { version: "next", files: files.filter((name) => name !== own) };
  return `self.BUILD=${JSON.stringify(next)};\n${rest}`;
}

describeWith("chromium", "a page that is kept", () => {
  let browser: Browser;

  beforeAll(async () => {
    buildPage();
    browser = await startBrowser();
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
  });

  test("says that a newer version is there, which a load shows", async () => {
    const instead = new Map<string, string>();
    const { server, url } = await servePage(instead);
    const { page, said, close } = await openPage(browser, url, { serviceWorkers: "allow" });
    await withExample(page);
    await kept(page);
    expect(await page.getByText("A newer version").count()).toBe(0);
    instead.set("service-worker.js", nextVersion());
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      await registration?.update();
    });
    await page.getByText("A newer version").waitFor();
    await page.getByRole("button", { name: "Load it" }).click();
    await page.waitForSelector(".rank-chip");
    expect(said).toEqual([]);
    await close();
    server.close();
  });

  test("of berth serve opens without it, with what was on it, and says that nobody answers", async () => {
    const folder = folderWith({
      "fleet.yaml":
        "hosts: [{ name: a, gpus: [{ gpu: rtx-4090 }] }]\nmodels: [{ name: small, model: Qwen/Qwen2.5-0.5B }]\n",
    });
    const { child, url } = await serveFleet(folder, ["fleet.yaml", "--port", "0"]);
    const { page, close } = await openPage(browser, url, { serviceWorkers: "allow" });
    await page.waitForSelector('.rank-chip:has-text("small")');
    await planned(page);
    await kept(page);
    await new Promise((resolve) => {
      child.on("close", resolve);
      child.kill("SIGKILL");
    });
    await page.reload();
    await page.getByText("berth serve does not answer").waitFor();
    await page.waitForSelector('.rank-chip:has-text("small")');
    expect(await page.getByRole("button", { name: /^Save/ }).count()).toBe(0);
    await close();
  });
});
