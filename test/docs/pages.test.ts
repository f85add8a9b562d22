import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { buildPage } from "../support/built-page.ts";
import { blocksOf, type Step, stepsOf } from "./page-blocks.ts";
import { type Printed, runPage } from "./run-page.ts";
import { missingLines, settled } from "./settled.ts";

const DOCS = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "docs");

/** Written by scripts, or not pages. */
const LEFT_OUT = ["api/", "benchmarks/", ".vitepress/", "node_modules/"];

const pages = readdirSync(DOCS, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md") && !LEFT_OUT.some((start) => name.startsWith(start)))
  .sort();

type Run = Extract<Step, { kind: "run" }>;

/** Some pages start servers, and the machine may have other work. */
const MOST_MILLISECONDS = 300_000;

// UPDATE_DOCS=1 writes what is printed now into the pages
test.each(pages)(
  "docs/%s shows what its commands print",
  async (name) => {
    const path = join(DOCS, name);
    const page = readFileSync(path, "utf8");
    const steps = stepsOf(blocksOf(page));
    const runs = steps.filter((step): step is Run => step.kind === "run");
    if (/^berth serve/m.test(runs.map(({ script }) => script).join(""))) {
      buildPage();
    }
    const printed = runs.length === 0 ? [] : await runPage(steps);
    if (process.env["UPDATE_DOCS"] === "1") {
      writeFileSync(path, updated(page, runs, printed));
      return;
    }
    for (const [i, run] of runs.entries()) {
      expectShown(
        run,
        printed[i] ?? { output: "nothing: an earlier block ended the shell", code: -1 },
      );
    }
  },
  MOST_MILLISECONDS,
);

function expectShown({ line, script, exit, shown }: Run, { output, code }: Printed): void {
  const place = `line ${line}: ${script}${output}`;
  expect(code, place).toBe(exit);
  if (shown?.isShortened === true) {
    expect(missingLines(shown.text, output), place).toEqual([]);
  } else if (shown !== undefined) {
    expect(settled(output), place).toBe(settled(shown.text));
  }
}

function updated(page: string, runs: readonly Run[], printed: readonly Printed[]): string {
  return runs.reduce((text, { shown }, i) => {
    const output = (printed[i]?.output ?? "")
      .replace(/[ \t]+$/gm, "")
      .replace(/^\n+/, "")
      .trimEnd();
    return shown === undefined || shown.isShortened || settled(output) === settled(shown.text)
      ? text
      : text.replace(`\`\`\`text\n${shown.text}\`\`\``, () => `\`\`\`text\n${output}\n\`\`\``);
  }, page);
}
