import { type Browser, chromium, type Page } from "playwright-core";
import { CHROMIUM } from "./tools.ts";

/** Milliseconds that a person would wait for a plan of twelve cards, on a machine that does much else. */
const PATIENCE = 120_000;

/** SLOW=6 makes every page six times as slow as it is, which shows what a test did not wait for. */
const SLOW = Number(process.env["SLOW"] ?? 1);

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

/** A page, with all that its console and its errors said. */
export interface OpenPage {
  readonly page: Page;
  /** Empty in a page that is well. */
  readonly said: readonly string[];
  readonly close: () => Promise<void>;
}

export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 1000 },
    reducedMotion: "reduce",
    // each page would fetch all files of the page for later
    serviceWorkers: "block",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const said: string[] = [];
  page.on("console", (message) => {
    const isOurs = !message.text().startsWith("Service Worker registration blocked");
    if (isOurs && (message.type() === "error" || message.type() === "warning")) {
      said.push(message.text());
    }
  });
  page.on("pageerror", (error) => said.push(String(error)));
  if (SLOW > 1) {
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW });
  }
  await page.goto(url);
  return { page, said, close: () => context.close() };
}

/** Waits until what is on the page is planned. */
export async function planned(page: Page): Promise<void> {
  await page.waitForSelector(".summary:not([data-solving])");
}

/** The page with the example of twelve cards, planned. */
export async function withExample(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Try an example/ }).click();
  await page.waitForSelector(".rank-chip");
  await planned(page);
}

/** A file, as the browser's own dialog hands it over. */
interface Given {
  readonly name: string;
  readonly content: Uint8Array | string;
}

/** Opens files, as the browser's own dialog hands them over. */
export function choose(page: Page, files: readonly Given[]): Promise<void> {
  const given = files.map(({ name, content }) => ({
    name,
    mimeType: "",
    buffer: Buffer.from(content),
  }));
  return page.locator('input[type="file"]').first().setInputFiles(given);
}
