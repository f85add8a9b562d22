import type { Server } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { startBrowser } from "./browser.ts";
import { buildPage, servePage } from "./built-page.ts";

/** Building the page takes half a minute, and longer beside other work. */
const PATIENCE = 180_000;

/** The built page and a browser for a suite's tests: there once they run, and gone after the last of them. */
export function builtPageInBrowser(): { readonly browser: Browser; readonly url: string } {
  let browser: Browser;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    buildPage();
    browser = await startBrowser();
    ({ server, url } = await servePage());
  }, PATIENCE);

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  return {
    get browser() {
      return browser;
    },
    get url() {
      return url;
    },
  };
}
