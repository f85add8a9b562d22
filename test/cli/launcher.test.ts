import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { newestChange } from "../../scripts/newest-change.mjs";
import { nodeVersionProblem } from "../../scripts/node-version.mjs";
import { PUBLISHED_BIN } from "../support/berth-bin.ts";
import { TWO_4090 } from "./fixtures.ts";
import { berth, folderWith } from "./run-berth.ts";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** A build may come first. */
const TIMEOUT_MS = 300_000;

function launch(command: string, cwd: string, args: readonly string[], path = "") {
  const env = { ...process.env, PATH: `${path}:${process.env["PATH"]}` };
  return spawnSync(command, args, { cwd, env, encoding: "utf8" });
}

test(
  "./berth runs from any folder and through a link, and prints nothing of its own on stdout",
  () => {
    const elsewhere = folderWith();
    symlinkSync(join(ROOT, "berth"), join(elsewhere, "linked"));
    for (const command of [join(ROOT, "berth"), "./linked"]) {
      const { status, stdout } = launch(command, elsewhere, ["--version"]);
      expect([status, stdout]).toEqual([0, "0.1.0\n"]);
    }
  },
  TIMEOUT_MS,
);

test(
  "the bundle starts programs as the built files do",
  () => {
    const folder = folderWith({
      "bin/nvidia-smi": '#!/bin/sh\ncat "$(dirname "$0")/../box.csv"\n',
      "box.csv": TWO_4090,
    });
    const bin = join(folder, "bin");
    const { stdout } = launch(join(ROOT, "berth"), folder, ["inventory", "--json"], bin);
    expect(JSON.parse(stdout).hosts[0].gpus).toHaveLength(2);
  },
  TIMEOUT_MS,
);

test("the published files start as the bundle does", async () => {
  const args = ["inventory", "twelve.xml", "--json"];
  const cwd = folderWith({
    "twelve.xml": readFileSync(join(ROOT, "examples/inventory/twelve-cards.xml"), "utf8"),
  });
  const { status, stdout } = launch(process.execPath, cwd, [PUBLISHED_BIN, ...args]);
  expect([status, stdout]).toEqual([0, (await berth(args, { cwd })).stdout]);
});

test.each([
  { version: "20.19.0", isEnough: true },
  { version: "22.0.0", isEnough: true },
  { version: "20.18.3", isEnough: false },
  { version: "18.20.0", isEnough: false },
])("Node $version", ({ version, isEnough }) => {
  expect(nodeVersionProblem(version) === undefined).toBe(isEnough);
});

test("the newest change counts files, folders that lost one, and every package; but no tests", () => {
  const root = folderWith({
    "packages/a/src/x.ts": "",
    "packages/b/src/y.ts": "",
    "packages/b/src/y.test.ts": "",
  });
  const set = (path: string, seconds: number): void =>
    utimesSync(join(root, path), seconds, seconds);
  mkdirSync(join(root, "packages/c"));
  for (const path of ["a/src", "b/src", "a/src/x.ts", "b/src/y.ts"]) {
    set(join("packages", path), 1000);
  }
  set("packages/b/src/y.test.ts", 9000);
  expect(newestChange(root, ["packages/*/src", "nowhere"])).toBe(1_000_000);
  set("packages/b/src/y.ts", 2000);
  expect(newestChange(root, ["packages/*/src"])).toBe(2_000_000);
  writeFileSync(join(root, "packages/a/src/z.ts"), "");
  expect(newestChange(root, ["packages/*/src"])).toBeGreaterThan(2_000_000);
});

test("CI runs every check, and the tests once: by npm test", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(scripts.check).toBe("pnpm check:static && vitest run");
  expect(scripts["check:static"]).not.toContain("vitest");
  const run = readFileSync(join(ROOT, ".ci/run"), "utf8").replace(/^#.*$/gm, "");
  expect(run).toMatch(/^\$pnpm check:static$/m);
  expect(run.match(/pnpm check$|npm test/gm)).toEqual(["npm test"]);
});
