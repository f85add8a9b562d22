import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { fragmentOf } from "../../packages/web/src/state/share-link.ts";
import { folderWith } from "../cli/run-berth.ts";
import { openPage, planned } from "../support/browser.ts";
import { builtPageInBrowser } from "../support/built-page-in-browser.ts";
import { berthHere } from "../support/in-process.ts";
import { describeWith } from "../support/tools.ts";

/** Two cards, and three models that need a card each: the largest finds no place. */
const FLEET = `hosts: [{ name: box1, gpus: [{ gpu: rtx-4090, count: 2 }] }]
engine: vllm
vars: { users: 60 }
costs: { perGpuHour: { rtx-4090: 0.4, rtx-3090: 0.2 } }
models:
  - name: chat
    model: Qwen/Qwen2.5-7B-Instruct
    maxSeqLen: 4096
    concurrency: { least: 1, want: 32 }
    workload: { rate: users / 60, prompt: 300, output: 150, targets: [{ metric: tpot, most: 60 ms }] }
  - { name: coder, model: meta-llama/Llama-3.1-8B-Instruct, quantization: bf16, maxSeqLen: 4096, concurrency: { least: 1, want: 16 } }
  - { name: third, model: Qwen/Qwen2.5-Coder-7B-Instruct, maxSeqLen: 4096, concurrency: { least: 1, want: 8 } }
`;

describeWith("chromium", "other rates and cards to buy, in a browser", () => {
  const on = builtPageInBrowser();

  const open = async (fleet = FLEET) => {
    const fragment = fragmentOf({ fleet, files: [] });
    const opened = await openPage(on.browser, `${on.url}#${fragment}`);
    await opened.page.waitForSelector(".rank-chip");
    await planned(opened.page);
    await opened.page.getByRole("tab", { name: "What if" }).click();
    await opened.page.getByRole("tab", { name: "Rates and buying" }).click();
    return opened;
  };
  const choose = async (page: Page, name: string) => {
    const cards = page.getByRole("combobox", { name: "Cards to try" });
    await cards.fill(name);
    await page.getByRole("option", { name }).first().click();
  };
  const start = (page: Page) => page.getByRole("button", { name: /^Plan and compare/ });

  /** Cells that say something, row by row, of every table and sentence. */
  const words = (page: Page) =>
    page.locator(".what-if-answer").evaluate((answer) =>
      [...answer.querySelectorAll("caption, tr, p")].map((one) =>
        (one.tagName === "TR" ? [...one.children] : [one])
          .map((cell) => cell.textContent ?? "")
          .filter((text) => text !== "")
          .join(" | "),
      ),
    );

  test("says what the command line says of the same plan, word for word", async () => {
    const cwd = folderWith({ "fleet.yaml": FLEET });
    await berthHere(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
    const flags = ["--scale-rate", "3", "--rate", "users / 40", "--buy", "rtx-3090,l4-24gb"];
    const { stdout, code } = await berthHere(["whatif", "plan.json", ...flags], {
      cwd,
      width: 1000,
    });
    expect(code).toBe(0);
    const printed = stdout
      .split("\n")
      .map((line) =>
        line
          .trim()
          .replace(/^note:/, "Note:")
          .split(/ {2,}/)
          .join(" | "),
      )
      .filter((line) => line !== "");

    const { page, said, close } = await open();
    await page.getByRole("textbox", { name: "Every rate, times" }).fill("3");
    await page.getByRole("textbox", { name: "Requests a second" }).fill("users / 40");
    await choose(page, "rtx-3090");
    await choose(page, "l4-24gb");
    await start(page).click();
    await page.locator(".what-if-answer .verdict").waitFor();
    expect(await words(page)).toEqual(printed);
    expect(printed.join("\n")).toContain("rates times 3");
    expect(printed.join("\n")).toContain("a place for coder");
    expect(said).toEqual([]);
    await close();
  });

  test("is cancelled, and says what is wrong with a rate", async () => {
    // sized anew for some twenty cards, which takes ten seconds and more
    const { page, said, close } = await open(FLEET.replace("count: 2", "count: 8"));
    await page.getByRole("textbox", { name: "Requests a second" }).fill("200");
    await choose(page, "Every card");
    await start(page).click();
    await page.getByText(/^Plan \d+ of \d+: /).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled before its end.").waitFor();
    expect(await page.locator(".what-if-answer, .run-progress").count()).toBe(0);
    await page.getByRole("button", { name: "Leave out Every card" }).click();
    await page.getByRole("textbox", { name: "Every rate, times" }).fill("0");
    await page.getByText("Expected a number above 0").waitFor();
    await page.getByRole("textbox", { name: "Every rate, times" }).fill("2");
    await page.getByRole("textbox", { name: "Requests a second" }).fill("userz / 40");
    await start(page).click();
    await page.getByRole("alert").getByText("did you mean users?").waitFor();
    expect(said).toEqual([]);
    await close();
  });

  test("nothing is asked without a change", async () => {
    const { page, close } = await open();
    const scale = page.getByRole("textbox", { name: "Every rate, times" });
    await scale.fill("");
    await scale.press("Enter");
    await page.getByText("Say how many times the rates, or choose cards.").waitFor();
    expect(await start(page).isDisabled()).toBe(true);
    await close();
  });
});
