import { parseFleetFile, planFleet } from "@berth/core";
import { askLoad, loadFrontier } from "@berth/core/changes";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { fragmentOf } from "../../packages/web/src/state/share-link.ts";
import type { Workspace } from "../../packages/web/src/state/workspace.ts";
import { openPage, planned } from "../support/browser.ts";
import { builtPageInBrowser } from "../support/built-page-in-browser.ts";
import { describeWith } from "../support/tools.ts";

/** Two models that share a card, one on two cards that are bridged, and a card to spare. */
const FLEET = `inventory: cards.json
engine: vllm
models:
  - name: chat # the one that everybody asks
    model: Qwen/Qwen2.5-7B-Instruct
    quantization: int4-awq
    tp: 1
    pp: 1
    gpus: [box:0]
    concurrency: { least: 2, want: 4 }
  - { name: small, model: Qwen/Qwen2.5-0.5B-Instruct, tp: 1, pp: 1, gpus: [box:0], concurrency: 4 }
  - { name: pair, model: meta-llama/Llama-3.1-8B-Instruct, tp: 2, pp: 1, concurrency: 4 }
`;

const link = (a: number, b: number, kind: string) => ({ a, b, kind, peerToPeer: kind === "NV4" });
const CARDS = {
  schema: "berth/inventory@1" as const,
  hosts: [
    {
      name: "box",
      gpus: [0, 1, 2, 3].map((index) => ({ index, catalogId: "rtx-3090" })),
      links: [link(0, 1, "PHB"), link(0, 2, "SYS"), link(1, 2, "NV4"), link(1, 3, "SYS")],
    },
  ],
  warnings: [],
};
const WORKSPACE: Workspace = {
  fleet: FLEET,
  files: [{ name: "cards.json", text: JSON.stringify(CARDS) }],
};

describeWith("chromium", "what if, in a browser", () => {
  const on = builtPageInBrowser();

  const open = async (viewport = { width: 1400, height: 1000 }) => {
    const opened = await openPage(on.browser, `${on.url}#${fragmentOf(WORKSPACE)}`, { viewport });
    await opened.page.waitForSelector(".rank-chip");
    await planned(opened.page);
    return opened;
  };
  const fleetText = async (page: Page) => {
    await page.getByRole("tab", { name: "Fleet file" }).click();
    return page.getByLabel("The fleet file").inputValue();
  };
  const exactly = (page: Page) => page.getByRole("textbox", { name: "Sequences, exactly" });
  const verdict = (page: Page) => page.locator(".verdict");

  test("sliders say to the sequence what fits, as core does, and apply it; by keyboard alone", async () => {
    const input = {
      file: "fleet.yaml",
      fleet: parseFleetFile("fleet.yaml", FLEET),
      inventory: CARDS,
    };
    const question = askLoad(input, await planFleet(input), "chat");
    const { maxSeqLen } = question.subject.planned;
    const most = question.most(maxSeqLen);
    const { page, said, close } = await open();
    await page.getByRole("tab", { name: "Cards" }).focus();
    for (const _ of ["Table", "Start order", "What if"]) {
      await page.keyboard.press("ArrowRight");
    }
    await page.locator(".frontier-line").waitFor();
    await exactly(page).fill(String(most));
    await page.keyboard.press("Enter");
    await verdict(page).getByText("It fits").waitFor();
    await page.getByRole("slider", { name: "Sequences at once" }).focus();
    await page.keyboard.press("ArrowRight");
    await verdict(page).getByText("It does not fit here: box:0 is").waitFor();
    expect(await verdict(page).textContent()).toContain(`What fits: ${most} sequences`);
    await page.keyboard.press("ArrowLeft");
    await verdict(page).getByText("It fits").waitFor();
    const { kvTokens, fraction } = question.at({ maxSeqLen, sequences: most });
    expect(await verdict(page).textContent()).toContain(fraction?.toFixed(4));
    await page.getByText("The line as a table").click();
    const cells = await page.locator(".load tbody tr").first().locator("th, td").allTextContents();
    const [first] = loadFrontier(question, 1);
    expect(cells.map((cell) => Number(cell.replaceAll(",", "")))).toEqual([
      first?.sequences,
      first?.maxSeqLen,
      first?.kvTokens,
    ]);
    await page.getByRole("button", { name: "Apply to the fleet file" }).focus();
    await page.keyboard.press("Enter");
    await planned(page);
    await page.getByRole("tab", { name: "Table" }).click();
    const row = page.getByRole("row", { name: /^chat box:0/ });
    expect(await row.textContent()).toContain(kvTokens.toLocaleString("en"));
    expect(await fleetText(page)).toContain(`want: ${most}`);
    expect(await fleetText(page)).toContain("# the one that everybody asks");
    await page.getByRole("button", { name: "Undo" }).click();
    expect(await fleetText(page)).toBe(FLEET);
    expect(said).toEqual([]);
    await close();
  });

  test("a share of memory takes the sequences that fit in it", async () => {
    const { page, said, close } = await open();
    await page.getByRole("tab", { name: "What if" }).click();
    const share = page.getByRole("slider", { name: /gpu_memory_utilization/ });
    await share.waitFor();
    const before = Number(await exactly(page).inputValue());
    await share.press("End");
    await expect.poll(async () => Number(await exactly(page).inputValue())).toBeGreaterThan(before);
    await verdict(page).getByText("It fits").waitFor();
    expect(said).toEqual([]);
    await close();
  });

  test("a lost card is tried, compared, applied and brought back", async () => {
    const { page, said, close } = await open();
    await page.getByRole("tab", { name: "What if" }).click();
    await page.getByRole("tab", { name: "Cards and plans" }).click();
    await page.getByRole("button", { name: "Keep this plan as A" }).click();
    await page.getByRole("button", { name: /What changes/ }).click();
    await page.getByRole("option", { name: "A card less" }).click();
    await page.getByRole("button", { name: /^(?!What).*Card$/ }).click();
    await page.getByRole("option", { name: /^box:2/ }).click();
    await page.getByRole("button", { name: "Try it" }).click();
    await verdict(page).getByText("1 engine moves to other cards.").waitFor();
    expect(await verdict(page).textContent()).toContain("3 cards instead of 4.");
    expect(await page.getByRole("row", { name: /^pair moved/ }).count()).toBe(1);
    expect(await page.getByRole("row", { name: /^box:2/ }).textContent()).toMatch(/––$/);
    await page.getByRole("button", { name: "Apply to the fleet file" }).click();
    await page.getByText("box: 3 cards").waitFor();
    await planned(page);
    await verdict(page).getByText("1 engine moves to other cards.").waitFor();
    expect(await fleetText(page)).toContain("inventory: changed-cards.json");
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("box: 4 cards").waitFor();
    expect(await fleetText(page)).toBe(FLEET);
    expect(said).toEqual([]);
    await close();
  });

  test("a group's links are drawn beside its cards, and said in the table and for what is chosen", async () => {
    const { page, said, close } = await open();
    const word = page.locator('[data-card="box:2"] .lane-word');
    await word.waitFor();
    expect(await word.textContent()).toBe("NV4");
    expect(await page.locator('[data-card="box:2"] [data-look="nvlink"]').count()).toBe(1);
    const [words, bar] = await Promise.all([
      page.locator('[data-card="box:2"] .links').boundingBox(),
      page.locator('[data-card="box:2"] .card-bar').boundingBox(),
    ]);
    expect((words?.x ?? 0) + (words?.width ?? 0)).toBeLessThanOrEqual(bar?.x ?? 0);
    await page
      .getByRole("button", { name: /^weights of pair/ })
      .first()
      .click();
    await page.locator(".inspector").getByText("NV4: 4 NVLinks; Peer-to-peer: yes").waitFor();
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.locator(".links").first().isVisible()).toBe(false);
    await page.getByRole("tab", { name: "Table" }).click();
    await page.getByRole("row", { name: "pair box:1 – box:2 NV4: 4 NVLinks yes" }).waitFor();
    expect(said).toEqual([]);
    await close();
  });
});
