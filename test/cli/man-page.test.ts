import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { allCommands } from "../../packages/cli/src/commands/registry.ts";
import { readVersion } from "../../packages/cli/src/version.ts";
import { manPage } from "../../scripts/docs/man-page.ts";
import { testWith } from "../support/tools.ts";

const PAGE = new URL("../../packages/cli/man/berth.1", import.meta.url);

// UPDATE_DOCS=1 writes it anew
test("the man page says what the commands say", async () => {
  const page = manPage(await allCommands(), await readVersion());
  if (process.env["UPDATE_DOCS"] === "1") {
    writeFileSync(PAGE, page);
  }
  expect(page).toBe(readFileSync(PAGE, "utf8"));
});

testWith("mandoc", "mandoc finds nothing wrong with the man page", () => {
  const { stdout, status } = spawnSync("mandoc", ["-Tlint", "-Wwarning", fileURLToPath(PAGE)], {
    encoding: "utf8",
  });
  expect(stdout).toBe("");
  expect(status).toBe(0);
});

test("npm puts the page where man finds it: it links those of a list only", () => {
  const manifest = readFileSync(
    new URL("../../packages/cli/package.json", import.meta.url),
    "utf8",
  );
  expect(JSON.parse(manifest).man).toEqual(["./man/berth.1"]);
});
