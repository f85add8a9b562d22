import { parseFleetFile, planFleet } from "@berth/core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { sideways, violations } from "../support/axe.ts";
import { choose, openPage, planned, withExample } from "../support/browser.ts";
import { builtPageInBrowser } from "../support/built-page-in-browser.ts";
import { describeWith } from "../support/tools.ts";

/** Opens every fold that is in sight, and those in them. */
async function unfold(page: Page): Promise<void> {
  const folds = page.locator("details:not([open]) > summary:visible");
  while ((await folds.count()) > 0) {
    await folds.first().click();
  }
}

/** Waits until the chosen view, which loads when it is first chosen, is there. */
async function shown(page: Page): Promise<void> {
  await page.locator(".view:visible > :not(template)").first().waitFor();
  await planned(page);
}

/** A plan with a model that has no place, and with warnings. */
async function planText(): Promise<string> {
  const fleet = parseFleetFile(
    "fleet.yaml",
    `hosts: [{ name: a, gpus: [{ gpu: rtx-4090 }] }]
models:
  - { name: small, model: Qwen/Qwen2.5-0.5B }
  - { name: big, model: Qwen/Qwen2.5-14B, tp: 1, pp: 1 }`,
  );
  return JSON.stringify(await planFleet({ file: "fleet.yaml", fleet }));
}

/** The what-if view with its table open, with a card tried, and with other rates. */
async function whatIfViolations(page: Page): Promise<Record<string, readonly string[]>> {
  await page.getByRole("tab", { name: "What if" }).click();
  await page.locator(".verdict[data-fits]").waitFor();
  await page.getByText("The line as a table").click();
  const load = await violations(page);
  await page.getByRole("tab", { name: "Cards and plans" }).click();
  await page.getByRole("button", { name: "Try it" }).click();
  await page.locator(".sides").waitFor();
  const cards = await violations(page);
  await page.getByRole("tab", { name: "Rates and buying" }).click();
  await page.getByRole("button", { name: "Plan and compare" }).click();
  await page.locator(".what-if-answer").waitFor();
  return { load, cards, rates: await violations(page) };
}

describeWith("chromium", "axe finds nothing against WCAG 2.2 AA", () => {
  const on = builtPageInBrowser();

  describe.each(["light", "dark"] as const)("%s", (colorScheme) => {
    test("on every view, its dialogs and menus", async () => {
      // axe is put into the page, which the page's own policy forbids, as it should
      const { page, close } = await openPage(on.browser, on.url, { colorScheme, bypassCSP: true });
      const found: Record<string, readonly string[]> = { empty: await violations(page) };
      await withExample(page);
      await page
        .getByRole("button", { name: /^weights of/ })
        .first()
        .click();
      await page.locator(".inspector .number").first().waitFor();
      for (const tab of await page.getByRole("tab").all()) {
        await tab.click();
        await shown(page);
        found[(await tab.textContent()) ?? ""] = await violations(page);
      }
      Object.assign(found, await whatIfViolations(page));
      await page.getByRole("tab", { name: "Cards", exact: true }).click();
      await page
        .getByRole("button", { name: /^Settings of/ })
        .first()
        .click();
      await unfold(page);
      found["folds"] = await violations(page);
      await page.locator(".rank-chip").first().click();
      await page.getByRole("menu").waitFor();
      found["menu"] = await violations(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Add cards" }).click();
      await page.getByRole("dialog").waitFor();
      found["dialog"] = await violations(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Share", exact: true }).click();
      await page.getByRole("dialog").waitFor();
      found["share"] = await violations(page);
      expect(
        Object.fromEntries(Object.entries(found).filter(([, each]) => each.length > 0)),
      ).toEqual({});
      await close();
    });

    test("with notices, mistakes and an opened plan", async () => {
      const options = { colorScheme, bypassCSP: true };
      const { page, close } = await openPage(on.browser, `${on.url}#f1=%3Cscript%3E`, options);
      await page.getByText("This link could not be read").waitFor();
      await choose(page, [
        { name: "plan.json", content: await planText() },
        { name: "broken.gguf", content: "no model" },
      ]);
      await page.getByText("This is plan.json as it was made").waitFor();
      await page.locator(".notice .problem").waitFor();
      await page.locator(".unplaced").waitFor();
      await unfold(page);
      expect(await violations(page)).toEqual([]);
      await page.getByRole("tab", { name: "Fleet file" }).click();
      await page.getByLabel("The fleet file", { exact: true }).fill("models: [");
      await page
        .getByText(/expected YAML/)
        .first()
        .waitFor();
      expect(await violations(page)).toEqual([]);
      await close();
    });

    test("on a page 360 pixels wide, of which no view scrolls sideways", async () => {
      const { page, close } = await openPage(on.browser, on.url, {
        colorScheme,
        bypassCSP: true,
        viewport: { width: 360, height: 740 },
      });
      const wide: Record<string, number> = { empty: await sideways(page) };
      await withExample(page);
      await page
        .getByRole("button", { name: /^weights of/ })
        .first()
        .click();
      await page.locator(".inspector .number").first().waitFor();
      expect(await violations(page)).toEqual([]);
      for (const tab of await page.locator(".views > .tab-list").getByRole("tab").all()) {
        await tab.click();
        await shown(page);
        wide[(await tab.textContent()) ?? ""] = await sideways(page);
      }
      expect(await whatIfViolations(page)).toEqual({ load: [], cards: [], rates: [] });
      wide["other rates"] = await sideways(page);
      await page.getByRole("tab", { name: "Cards and plans" }).click();
      wide["tried cards"] = await sideways(page);
      await page
        .getByRole("button", { name: /^Settings of/ })
        .first()
        .click();
      await unfold(page);
      wide["folds"] = await sideways(page);
      expect(Object.entries(wide).filter(([, pixels]) => pixels > 0)).toEqual([]);
      expect(Object.keys(wide).length).toBeGreaterThan(8);
      await close();
    });
  });
});
