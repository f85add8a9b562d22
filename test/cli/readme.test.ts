import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { berth } from "./run-berth.ts";

const README = fileURLToPath(new URL("../../README.md", import.meta.url));

/** A comment that names the command, and which part of what it prints is shown, then a block with that. */
const SHOWN = /<!-- berth (.+?)(?: \| (.+?))? -->\n```text\n([\s\S]*?)```/g;

/** A comment alone: a command whose files later ones read. */
const FIRST = /<!-- first: berth (.+?) -->/g;

/** What stands below a title, up to the next empty line; all of it where no title is given. */
function partOf(text: string, title: string | undefined): string {
  if (title === undefined) {
    return text;
  }
  const from = text.indexOf(`${title}\n`);
  expect(from, title).toBeGreaterThanOrEqual(0);
  return text.slice(from).split("\n\n")[0] ?? "";
}

/** All commands together take some twenty seconds; more than that is another load on the machine. */
const MOST_MILLISECONDS = 300_000;

/** Seconds differ from run to run; everything else must not. */
const settled = (text: string): string => text.replace(/in \d+\.\d+ s/g, "in 0.2 s").trimEnd();

// UPDATE_README=1 writes what is printed now into the file
test(
  "the README shows what the commands print",
  async () => {
    let readme = readFileSync(README, "utf8");
    const blocks = [...readme.matchAll(SHOWN)];
    expect(blocks.length).toBeGreaterThanOrEqual(3);
    for (const [, line = ""] of readme.matchAll(FIRST)) {
      await berth(line.split(" "));
    }
    for (const [block, line = "", title, shown = ""] of blocks) {
      const stdout = partOf((await berth(line.split(" "))).stdout, title);
      if (process.env["UPDATE_README"] === "1") {
        readme = readme.replace(
          block,
          () =>
            `<!-- berth ${line}${title === undefined ? "" : ` | ${title}`} -->\n\`\`\`text\n${settled(stdout)}\n\`\`\``,
        );
      } else {
        expect(settled(stdout), `berth ${line}`).toBe(shown.trimEnd());
      }
    }
    if (process.env["UPDATE_README"] === "1") {
      writeFileSync(README, readme);
    }
  },
  MOST_MILLISECONDS,
);
