import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { describe, expect, test } from "vitest";
import { fragmentOf } from "../../packages/web/src/state/share-link.ts";
import { openPage, planned, withExample } from "../support/browser.ts";
import { builtPageInBrowser } from "../support/built-page-in-browser.ts";
import { CAPACITY_FLEET } from "../support/capacity-fleet.ts";
import { describeWith } from "../support/tools.ts";

/** UPDATE_SCREENSHOTS=1 takes the pictures anew. */
const isUpdate = process.env["UPDATE_SCREENSHOTS"] === "1";
const FOLDER = join(import.meta.dirname, "screenshots");
const SEEN = join(import.meta.dirname, "../../.berth/screenshots");

/** Share of pixels that may differ: another build of the same fonts moves letters by a part of a pixel. */
const TOLERANCE = 0.02;

/** Compares with the picture that is kept; where they differ, the new one is left in .berth/screenshots. */
function compare(name: string, taken: Uint8Array): number {
  const kept = join(FOLDER, `${name}.png`);
  if (isUpdate || !existsSync(kept)) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(kept, taken);
    return isUpdate ? 0 : 1;
  }
  const [a, b] = [PNG.sync.read(readFileSync(kept)), PNG.sync.read(Buffer.from(taken))];
  if (a.width !== b.width || a.height !== b.height) {
    return 1;
  }
  const differing = pixelmatch(a.data, b.data, undefined, a.width, a.height, { threshold: 0.2 });
  const share = differing / (a.width * a.height);
  if (share > TOLERANCE) {
    const seen = join(SEEN, `${name}.png`);
    mkdirSync(dirname(seen), { recursive: true });
    writeFileSync(seen, taken);
  }
  return share;
}

describeWith("chromium", "the page looks as it did", () => {
  const on = builtPageInBrowser();

  describe.each(["light", "dark"] as const)("%s", (colorScheme) => {
    test("empty, and with twelve cards", async () => {
      const { page, close } = await openPage(on.browser, on.url, { colorScheme });
      await page.getByRole("combobox").first().waitFor();
      const empty = compare(`empty-${colorScheme}`, await page.screenshot());
      await withExample(page);
      await page
        .getByRole("button", { name: /^KV cache of qwen-32b/ })
        .first()
        .click();
      await page.locator(".inspector math").first().waitFor();
      await page.mouse.move(0, 0);
      const plan = compare(`plan-${colorScheme}`, await page.screenshot());
      await page.getByRole("tab", { name: "What if" }).click();
      const context = page.getByRole("slider", { name: "Context, tokens of a sequence" });
      await context.press("PageUp");
      await page.locator('.verdict[data-fits="false"]').waitFor();
      await page.mouse.move(0, 0);
      const whatIf = compare(`what-if-${colorScheme}`, await page.screenshot());
      expect({ empty, plan, whatIf }).toEqual({
        empty: expect.toSatisfy((share: number) => share <= TOLERANCE),
        plan: expect.toSatisfy((share: number) => share <= TOLERANCE),
        whatIf: expect.toSatisfy((share: number) => share <= TOLERANCE),
      });
      await close();
    });

    test("what a plan serves", async () => {
      const fragment = fragmentOf({ fleet: CAPACITY_FLEET, files: [] });
      const { page, close } = await openPage(on.browser, `${on.url}#${fragment}`, {
        colorScheme,
        viewport: { width: 1400, height: 2100 },
      });
      await page.waitForSelector(".rank-chip");
      await page.getByRole("tab", { name: "Capacity" }).click();
      await page.locator(".curve-line").first().waitFor();
      await planned(page);
      await page.mouse.move(0, 0);
      const capacity = compare(`capacity-${colorScheme}`, await page.screenshot());
      expect(capacity).toBeLessThanOrEqual(TOLERANCE);
      await close();
    });
  });
});
