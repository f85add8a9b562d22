import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { berth } from "./run-berth.ts";

const README = fileURLToPath(new URL("../../README.md", import.meta.url));

/** A comment that names the command, then a block with what it printed. */
const SHOWN = /<!-- berth (.+?) -->\n```text\n([\s\S]*?)```/g;

/** Seconds differ from run to run; everything else must not. */
const settled = (text: string): string => text.replace(/in \d+\.\d+ s/g, "in 0.2 s").trimEnd();

// UPDATE_README=1 writes what is printed now into the file
test("the README shows what the commands print", async () => {
  let readme = readFileSync(README, "utf8");
  const blocks = [...readme.matchAll(SHOWN)];
  expect(blocks.length).toBeGreaterThanOrEqual(3);
  for (const [block, line = "", shown = ""] of blocks) {
    const { stdout } = await berth(line.split(" "));
    if (process.env["UPDATE_README"] === "1") {
      readme = readme.replace(
        block,
        () => `<!-- berth ${line} -->\n\`\`\`text\n${settled(stdout)}\n\`\`\``,
      );
    } else {
      expect(settled(stdout), `berth ${line}`).toBe(shown.trimEnd());
    }
  }
  if (process.env["UPDATE_README"] === "1") {
    writeFileSync(README, readme);
  }
});
