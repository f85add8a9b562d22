import type { Browser } from "playwright-core";
import { openPage } from "../../support/browser.ts";
import { type Row, repeated } from "./times.ts";

const BARS_MS = { shown: 500, loaded: 1000 };

/** The empty page, fetched anew each time from this machine: until its first text shows, and until all is loaded. */
export async function loadRows(browser: Browser, url: string): Promise<readonly Row[]> {
  const times = await repeated(async () => {
    const { page, close } = await openPage(browser, url);
    await page.waitForFunction(
      () => performance.getEntriesByName("first-contentful-paint").length > 0,
    );
    const taken = await page.evaluate(() => {
      const [shown] = performance.getEntriesByName("first-contentful-paint");
      const [loading] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
      return { shown: shown?.startTime ?? 0, loaded: loading?.loadEventStart ?? 0 };
    });
    await close();
    return taken;
  });
  return [
    {
      name: "open the page, first text shown",
      times: times.map(({ shown }) => shown),
      bar: BARS_MS.shown,
    },
    {
      name: "open the page, all loaded",
      times: times.map(({ loaded }) => loaded),
      bar: BARS_MS.loaded,
    },
  ];
}
