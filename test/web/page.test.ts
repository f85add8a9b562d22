import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { openPage, planned, withExample } from "../support/browser.ts";
import { builtPageInBrowser } from "../support/built-page-in-browser.ts";
import { describeWith } from "../support/tools.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");
const twelveCards = readFileSync(join(EXAMPLES, "inventory/twelve-cards.xml"), "utf8");

describeWith("chromium", "the page in a browser", () => {
  const on = builtPageInBrowser();

  /** As Ctrl-V does it: typing 300 kB is no way to test a page. */
  const paste = (field: Locator, text: string) =>
    field.evaluate((node, data) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text", data);
      node.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
      );
    }, text);
  const summary = (page: Page) => page.locator(".summary output").textContent();
  const chips = (page: Page, card: string) =>
    page.locator(`[data-card="${card}"] .rank-chip`).allTextContents();

  test("from an empty page to a plan of one's own cards: paste, search, done", async () => {
    const { page, said, close } = await openPage(on.browser, on.url);
    await page.getByLabel("Host name").first().fill("desk");
    await paste(page.getByLabel("What nvidia-smi printed"), twelveCards);
    await page.waitForSelector('[data-card="desk:11"]');
    await page.getByRole("button", { name: "Search for a model" }).click();
    await page.keyboard.type("llama 3.1 8b");
    await page
      .getByRole("option", { name: /Llama-3.1-8B/ })
      .first()
      .click();
    await page.waitForSelector(".rank-chip");
    await planned(page);
    expect(await summary(page)).toContain("This is the best plan.");
    expect(said).toEqual([]);
    await close();
  });

  test("a part of a card says its law, its values and its sources", async () => {
    const { page, said, close } = await openPage(on.browser, on.url);
    await withExample(page);
    await page
      .getByRole("button", { name: /^weights of/ })
      .first()
      .click();
    const number = page.locator(".inspector .number").first();
    await number.locator("math").waitFor();
    const text = await number.textContent();
    expect(text).toMatch(/weights\s+\d+\.\d\d GiB/);
    expect(text).toContain("Sources:");
    expect(said).toEqual([]);
    await close();
  });

  test("dragging a model pins it, the solver works around it, and undo takes it back", async () => {
    const { page, said, close } = await openPage(on.browser, on.url);
    await withExample(page);
    const chip = page.locator('.rank-chip:has-text("llama-3b")');
    const before = await chip.evaluate((node) =>
      node.closest("[data-card]")?.getAttribute("data-card"),
    );
    const from = await chip.boundingBox();
    const to = await page.locator('[data-card="twelve-cards:2"]').boundingBox();
    if (from === null || to === null) {
      throw new Error("nothing to drag");
    }
    await page.mouse.move(from.x + 8, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(to.x + 200, to.y + 20, { steps: 5 });
    expect(await page.locator(".drag-label").textContent()).toMatch(
      /Others must make room|It fits/,
    );
    await page.mouse.up();
    await page.waitForSelector('[data-card="twelve-cards:2"] .rank-chip:has-text("pinned")');
    await planned(page);
    expect(await chips(page, "twelve-cards:2")).toEqual([expect.stringContaining("llama-3b")]);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.waitForSelector(`[data-card="${before}"] .rank-chip:has-text("llama-3b")`);
    expect(await page.locator(".pin").count()).toBe(0);
    expect(said).toEqual([]);
    await close();
  });

  test("the same with the keyboard alone", async () => {
    const { page, said, close } = await openPage(on.browser, on.url);
    await page.getByRole("button", { name: /^Try an example/ }).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".rank-chip");
    await planned(page);
    await page.locator('.rank-chip:has-text("qwen-0.5b")').focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.waitForSelector('[data-card="twelve-cards:11"] .rank-chip:has-text("pinned")');
    await page.keyboard.press("Control+z");
    await page.waitForSelector(".rank-chip:has(.pin)", { state: "detached" });
    expect(said).toEqual([]);
    await close();
  });

  test("what does not fit says why, and a remedy's button mends it", async () => {
    const { page, said, close } = await openPage(on.browser, on.url);
    await page.getByRole("button", { name: "Add this host" }).click();
    const search = page.getByRole("combobox", { name: "Add a model" });
    await search.fill("qwen2.5-14b");
    await page
      .getByRole("option", { name: /Qwen2.5-14B/i })
      .first()
      .click();
    await page.waitForSelector(".unplaced");
    expect(await page.locator(".unplaced").textContent()).toMatch(/needs|takes/);
    await page.locator(".remedy .button").first().click();
    await page.waitForSelector(".unplaced", { state: "detached" });
    await page.waitForSelector(".rank-chip");
    expect(said).toEqual([]);
    await close();
  });

  test("a link holds the fleet, and a reload loses nothing", async () => {
    const { page, close } = await openPage(on.browser, on.url);
    await withExample(page);
    const said = await summary(page);
    await page.getByRole("button", { name: "Share" }).click();
    const link = await page
      .getByRole("textbox", { name: "A link that holds the fleet" })
      .inputValue();
    const other = await openPage(on.browser, link);
    await other.page.waitForSelector(".rank-chip");
    await planned(other.page);
    expect(await summary(other.page)).toBe(said);
    expect(other.said).toEqual([]);
    await other.close();
    await page.reload();
    await page.waitForSelector(".rank-chip");
    await planned(page);
    expect(await summary(page)).toBe(said);
    await close();
  });

  test("a hostile link shows an error and runs nothing", async () => {
    const { page, said, close } = await openPage(on.browser, `${on.url}#f1=%3Cscript%3E`);
    await page.getByText("This link could not be read").waitFor();
    expect(said).toEqual([]);
    await close();
  });

  test("a hostile fleet file is text: it shows as it is written and runs nothing", async () => {
    const { page, said, close } = await openPage(on.browser, on.url);
    await withExample(page);
    await page.getByRole("tab", { name: "Fleet file" }).click();
    const name = '<img src=x onerror=alert(1)>"`alert(1)`';
    await page
      .getByLabel("The fleet file")
      .fill(
        `hosts: [{ name: a, gpus: [{ gpu: rtx-3090 }] }]\nmodels: [{ name: ${JSON.stringify(name)}, model: Qwen/Qwen2.5-0.5B }]`,
      );
    await page.locator(".entry-name").filter({ hasText: name }).waitFor();
    expect(await page.locator("img").count()).toBe(0);
    await page.getByLabel("The fleet file").fill("models: [");
    await page
      .getByText(/expected YAML/)
      .first()
      .waitFor();
    expect(said).toEqual([]);
    await close();
  });

  test("a thousand cards: only what is in sight is drawn", async () => {
    const { page, said, close } = await openPage(on.browser, on.url);
    await withExample(page);
    await page.getByRole("tab", { name: "Fleet file" }).click();
    const hosts = Array.from(
      { length: 125 },
      (_, at) => `  - { name: h${at}, gpus: [{ gpu: rtx-4090, count: 8 }] }`,
    );
    await page.getByLabel("The fleet file").fill(`hosts:\n${hosts.join("\n")}\nmodels: []\n`);
    await page.getByRole("tab", { name: "Cards" }).click();
    await page.waitForSelector('[data-card="h0:0"]');
    const drawn = await page.locator("[data-card]").count();
    expect(drawn).toBeLessThan(60);
    await page.locator(".rack").evaluate((node) => node.scrollTo(0, node.scrollHeight));
    await page.waitForSelector('[data-card="h124:7"]');
    expect(await page.locator("[data-card]").count()).toBeLessThan(60);
    expect(said).toEqual([]);
    await close();
  });
});
