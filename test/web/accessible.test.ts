import type { Server } from "node:http";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sideways, violations } from "../support/axe.ts";
import { openPage, startBrowser, withExample } from "../support/browser.ts";
import { buildPage, servePage } from "../support/built-page.ts";
import { describeWith } from "../support/tools.ts";

/** The what-if view with its table open, and with a card tried. */
async function whatIfViolations(page: Page): Promise<Record<string, readonly string[]>> {
  await page.getByRole("tab", { name: "What if" }).click();
  await page.locator(".verdict[data-fits]").waitFor();
  await page.getByText("The line as a table").click();
  const load = await violations(page);
  await page.getByRole("tab", { name: "Cards and plans" }).click();
  await page.getByRole("button", { name: "Try it" }).click();
  await page.locator(".sides").waitFor();
  return { load, cards: await violations(page) };
}

describeWith("chromium", "axe finds nothing against WCAG 2.2 AA", () => {
  let browser: Browser;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    buildPage();
    browser = await startBrowser();
    ({ server, url } = await servePage());
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  describe.each(["light", "dark"] as const)("%s", (colorScheme) => {
    test("on every view, its dialogs and menus", async () => {
      // axe is put into the page, which the page's own policy forbids, as it should
      const { page, close } = await openPage(browser, url, { colorScheme, bypassCSP: true });
      const found: Record<string, readonly string[]> = { empty: await violations(page) };
      await withExample(page);
      await page
        .getByRole("button", { name: /^weights of/ })
        .first()
        .click();
      await page.locator(".inspector .number").first().waitFor();
      for (const tab of await page.getByRole("tab").all()) {
        await tab.click();
        await page.waitForTimeout(100);
        found[(await tab.textContent()) ?? ""] = await violations(page);
      }
      Object.assign(found, await whatIfViolations(page));
      await page.getByRole("tab", { name: "Cards", exact: true }).click();
      await page
        .getByRole("button", { name: /^Settings of/ })
        .first()
        .click();
      found["model"] = await violations(page);
      await page.locator(".rank-chip").first().click();
      await page.getByRole("menu").waitFor();
      found["menu"] = await violations(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Add cards" }).click();
      await page.getByRole("dialog").waitFor();
      found["dialog"] = await violations(page);
      expect(
        Object.fromEntries(Object.entries(found).filter(([, each]) => each.length > 0)),
      ).toEqual({});
      await close();
    });

    test("on a page 360 pixels wide, which does not scroll sideways", async () => {
      const { page, close } = await openPage(browser, url, {
        colorScheme,
        bypassCSP: true,
        viewport: { width: 360, height: 740 },
      });
      await withExample(page);
      expect(await violations(page)).toEqual([]);
      expect(await sideways(page)).toBeLessThanOrEqual(0);
      expect(await whatIfViolations(page)).toEqual({ load: [], cards: [] });
      expect(await sideways(page)).toBeLessThanOrEqual(0);
      await close();
    });
  });
});
