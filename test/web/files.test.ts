import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import {
  inventoryFromTexts,
  type PlanDocument,
  parseFleetFile,
  planFileText,
  planFleet,
} from "@berth/core";
import { renderBundle } from "@berth/core/bundle";
import { strFromU8, unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { PNG } from "pngjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPage, startBrowser, withExample } from "../support/browser.ts";
import { buildPage, servePage } from "../support/built-page.ts";
import { describeWith } from "../support/tools.ts";
import { withoutTime } from "../support/without-time.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");
const FLEET = readFileSync(join(EXAMPLES, "mixed-fleet.yaml"), "utf8");
const INVENTORY = "inventory/twelve-cards.xml";
const INVENTORY_TEXT = readFileSync(join(EXAMPLES, INVENTORY), "utf8");

/** Texts of files by their paths, as a bundle has them in a folder. */
function inFolder(result: ReturnType<typeof renderBundle>): Readonly<Record<string, string>> {
  if (!result.ok) {
    throw new Error(result.reasons.join("; "));
  }
  return Object.fromEntries(result.artifacts.map(({ path, text }) => [`deployment/${path}`, text]));
}

/** The text of a plan file, without the seconds of its search; what is left is the same bytes. */
function timeless(text = ""): string {
  const plan = JSON.parse(text) as PlanDocument;
  expect(planFileText(plan)).toBe(text);
  return planFileText(withoutTime(plan));
}

describeWith("chromium", "what is taken away from the page", () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  let plan: PlanDocument;

  beforeAll(async () => {
    buildPage();
    browser = await startBrowser();
    ({ server, url } = await servePage());
    plan = await planFleet({
      file: "fleet.yaml",
      fleet: parseFleetFile("fleet.yaml", FLEET),
      inventory: inventoryFromTexts([{ name: INVENTORY, text: INVENTORY_TEXT }]),
    });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const open = async (options?: Parameters<Browser["newContext"]>[0]) => {
    const opened = await openPage(browser, url, options);
    await withExample(opened.page);
    await opened.page.getByRole("tab", { name: "Files" }).click();
    return opened;
  };
  const downloaded = async (page: Page, button: string) => {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: button }).click(),
    ]);
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  };
  const choose = async (page: Page, label: string, option: RegExp) => {
    await page.getByRole("button", { name: label }).click();
    await page.getByRole("option", { name: option }).click();
  };

  test("a zip with all that the command line reads and writes, byte for byte", async () => {
    const { page, said, close } = await open();
    await choose(page, "In front of all servers", /^haproxy/);
    await page.getByRole("option", { name: "deployment/router/haproxy.cfg" }).waitFor();
    const zip = await downloaded(page, "Download all as a zip");
    const unzipped = Object.entries(unzipSync(zip.bytes)).map(([path, bytes]) => [
      path,
      strFromU8(bytes),
    ]);
    const router = { id: "haproxy" } as const;
    expect(zip.name).toBe("berth.zip");
    const taken = Object.fromEntries(unzipped) as Readonly<Record<string, string>>;
    expect({ ...taken, "plan.json": timeless(taken["plan.json"]) }).toEqual({
      "fleet.yaml": FLEET,
      [INVENTORY]: INVENTORY_TEXT,
      "plan.json": planFileText(plan),
      ...inFolder(renderBundle(plan, { target: undefined, options: {}, router })),
    });
    const file = await downloaded(page, "Download plan.json");
    expect(timeless(file.bytes.toString("utf8"))).toBe(planFileText(plan));
    expect(said).toEqual([]);
    await close();
  });

  test("a file in colours, under the page's policy; one of several targets", async () => {
    const { page, said, close } = await open();
    await choose(page, "Written for", /^compose/);
    await page
      .getByRole("option", { name: /compose\.yaml$/ })
      .first()
      .click();
    await page.locator(".file-text .hljs-attr").first().waitFor();
    const bundle = inFolder(
      renderBundle(plan, { target: "compose", options: {}, router: undefined }),
    );
    const path = Object.keys(bundle).find((name) => name.endsWith("compose.yaml")) ?? "";
    expect(await page.locator(".file-text").textContent()).toBe(bundle[path]);
    expect(said).toEqual([]);
    await close();
  });

  test.each(["light", "dark"] as const)("pictures of the cards, %s", async (colorScheme) => {
    const { page, said, close } = await open({ colorScheme });
    const svg = (await downloaded(page, "Cards as SVG")).bytes.toString("utf8");
    // nothing of the page is needed to draw it, and nothing is loaded or run
    expect(svg).not.toMatch(/var\(|light-dark|class=|style=|<script|href|foreignObject/);
    for (const { id } of plan.gpus) {
      expect(svg).toContain(`>${id}, `);
    }
    const placed = plan.deployments.flatMap(({ ranks }) => ranks);
    expect(svg.match(/>weights of [^<]*</g)).toHaveLength(placed.length);
    const png = PNG.sync.read((await downloaded(page, "Cards as PNG")).bytes);
    const [width, height] = [/ width="(\d+)"/, / height="(\d+)"/].map((size) =>
      Number(size.exec(svg)?.[1]),
    );
    expect([png.width, png.height]).toEqual([2 * (width ?? 0), 2 * (height ?? 0)]);
    // the corner is paper
    expect([...png.data.subarray(0, 4)]).toEqual(
      { light: [255, 255, 255, 255], dark: [20, 24, 29, 255] }[colorScheme],
    );
    expect(new Set(new Uint32Array(png.data.buffer, png.data.byteOffset)).size).toBeGreaterThan(50);
    expect(said).toEqual([]);
    await close();
  });

  test("on paper is all of the plan, and nothing to press", async () => {
    const { page, said, close } = await open({ colorScheme: "dark" });
    await page.evaluate(() => {
      window.print = () => document.documentElement.setAttribute("data-asked", "");
    });
    await page.getByRole("button", { name: "Print" }).click();
    await page.waitForSelector("html[data-asked]");
    expect(await page.locator(".report").count()).toBe(0);
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    const report = page.locator(".report");
    expect(await report.locator(".printed-card .card-bar:visible").count()).toBe(12);
    for (const caption of ["Who runs where", "What is on each card", "What each engine finds"]) {
      expect(await report.locator("caption", { hasText: caption }).isVisible()).toBe(true);
    }
    expect(await report.textContent()).toContain("This is the best plan.");
    expect(await page.locator("button:visible, input:visible").count()).toBe(0);
    expect(await page.locator(".card-row:visible, .tabs:visible").count()).toBe(0);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    await report.waitFor({ state: "detached" });
    expect(said).toEqual([]);
    await close();
  });

  test("a target that can't carry the plan says why, and which can", async () => {
    const { page, said, close } = await open();
    await choose(page, "Written for", /^vllm/);
    const refused = page.getByRole("region", { name: "vllm can't carry this plan" });
    await refused.waitFor();
    const result = renderBundle(plan, { target: "vllm", options: {}, router: undefined });
    expect(result.ok).toBe(false);
    expect(await refused.getByRole("listitem").allTextContents()).toEqual(
      result.ok ? [] : result.reasons,
    );
    await refused.getByRole("button", { name: "Use: compose" }).click();
    await refused.waitFor({ state: "detached" });
    await page
      .getByRole("option", { name: /compose\.yaml$/ })
      .first()
      .waitFor();
    expect(said).toEqual([]);
    await close();
  });
});
