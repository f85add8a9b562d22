import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { putFile } from "../../packages/cli/src/io/put-file.ts";
import { BERTH_BIN, ROOT } from "../support/berth-bin.ts";

const work = mkdtempSync(join(tmpdir(), "berth-writes-"));
const CHILD = join(work, "child.mjs");
const FLEET = join(ROOT, "examples/four-on-one.yaml");
/** Whoever owns nothing; root may write everywhere. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;

beforeAll(async () => {
  chmodSync(work, 0o755);
  await build({
    entryPoints: [join(import.meta.dirname, "child.ts")],
    outfile: CHILD,
    bundle: true,
    format: "esm",
    platform: "node",
    conditions: ["berth-source"],
    external: ["highs", "@tensorflow/*", "mathjs"],
    // packages in CommonJS ask for Node's own modules through require
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    logLevel: "error",
  });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(work, "folder-"));
});

/** Half-written files of anybody, by name. */
const leftIn = (path: string): readonly string[] =>
  readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.berth-|\.new$/.test(name),
  );

/** Runs a command while no file may grow beyond 4 KiB, which is what a disk that is full looks like to one file. */
function onFullDisk(args: readonly string[]) {
  return ran(["-c", 'ulimit -f 4; exec "$@"', "bash", process.execPath, ...args]);
}

function berth(args: readonly string[], options: { readonly uid?: number } = {}) {
  return ran(["-c", 'exec "$@"', "bash", process.execPath, ...args], options);
}

function ran(args: readonly string[], options: { readonly uid?: number } = {}) {
  const { status, stdout, stderr } = spawnSync("bash", [...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: folder },
    ...options,
  });
  return { status, stdout, stderr };
}

const OLD_PLAN = '{ "schema": "berth/plan@1" }\n';

describe("a disk that is full", () => {
  test("keeps the plan that was there, and says so in one sentence", () => {
    writeFileSync(join(folder, "plan.json"), OLD_PLAN, { mode: 0o640 });
    const { status, stdout, stderr } = onFullDisk([BERTH_BIN, "plan", FLEET, "--out", "plan.json"]);
    expect(stderr).toBe("berth: plan.json: can't be written (EFBIG)\n");
    expect({ status, isPrinted: stdout.length > 0 }).toEqual({ status: 2, isPrinted: true });
    expect(readFileSync(join(folder, "plan.json"), "utf8")).toBe(OLD_PLAN);
    expect(leftIn(folder)).toEqual([]);
  });

  test("keeps the deployment that was there", () => {
    const render = ["plan", FLEET, "--render", "out"];
    expect(berth([BERTH_BIN, ...render]).status).toBe(0);
    const before = readdirSync(join(folder, "out"), { recursive: true, encoding: "utf8" }).sort();
    const edited = join(folder, "out", before.find((name) => name.endsWith(".md")) ?? "");
    rmSync(edited);
    const { status, stderr } = onFullDisk([BERTH_BIN, ...render]);
    expect(stderr).toMatch(
      /^berth: out: can't be written \(EFBIG\); what was there before is as it was\n$/,
    );
    expect(status).toBe(2);
    const after = readdirSync(join(folder, "out"), { recursive: true, encoding: "utf8" }).sort();
    expect(after).toEqual(before.filter((name) => join(folder, "out", name) !== edited));
  });

  test("keeps calibrations, state, caches and saved fleets", () => {
    expect(childSays()).toEqual(WRITTEN);
    const before = contentsOf(folder);
    rmSync(join(folder, "new.yaml"));
    const { stdout } = onFullDisk([CHILD, "all", folder]);
    expect(stdout.trim().split("\n")).toEqual([
      "calibration: InputError: calibration.json: can't be written (EFBIG)",
      `state: InputError: ${join(folder, "state")}: can't be written (EFBIG)`,
      "lock: written",
      "cache: written",
      "saved fleet: InputError: fleet.yaml: can't be written (EFBIG)",
      "new fleet: InputError: new.yaml: can't be written (EFBIG)",
    ]);
    const { "new.yaml": _, ...rest } = before;
    expect(contentsOf(folder)).toEqual(rest);
  });

  test("is told in one sentence where it is that of --out, or of stdout", () => {
    const out = berth([BERTH_BIN, "plan", FLEET, "--json", "--out", "/dev/full"]);
    expect(out.stderr).toBe("berth: /dev/full: can't be written (ENOSPC)\n");
    expect(out.status).toBe(2);
    const script = 'exec "$@" > /dev/full';
    const stdout = ran([
      "-c",
      script,
      "bash",
      process.execPath,
      BERTH_BIN,
      "plan",
      FLEET,
      "--json",
    ]);
    expect(stdout.stderr).toBe("berth: stdout: can't be written (ENOSPC)\n");
    expect(stdout.status).toBe(2);
  });
});

describe("a folder that can't be written", () => {
  test("is said in one sentence, and stays as it was", () => {
    expect(childSays()).toEqual(WRITTEN);
    writeFileSync(join(folder, "plan.json"), OLD_PLAN);
    const before = contentsOf(folder);
    rmSync(join(folder, "new.yaml"));
    for (const path of [folder, join(folder, "state"), join(folder, "http")]) {
      chmodSync(path, 0o555);
    }
    const own = isRoot ? { uid: NOBODY } : {};
    const plan = berth([BERTH_BIN, "plan", FLEET, "--out", "plan.json"], own);
    expect(plan.stderr).toBe("berth: plan.json: can't be written (EACCES)\n");
    expect(plan.status).toBe(2);
    const child = berth([CHILD, "all", folder], own);
    const state = join(folder, "state");
    expect(child.stdout.trim().split("\n")).toEqual([
      "calibration: InputError: calibration.json: can't be written (EACCES)",
      `state: InputError: ${state}: can't be written (EACCES)`,
      `lock: InputError: ${state}: can't be written (EACCES)`,
      "cache: written",
      "saved fleet: InputError: fleet.yaml: can't be written (EACCES)",
      "new fleet: InputError: new.yaml: can't be written (EACCES)",
    ]);
    const { "new.yaml": _, ...rest } = before;
    expect(contentsOf(folder)).toEqual(rest);
  });

  test("nor a file where a folder is expected", () => {
    writeFileSync(join(folder, "file"), "mine");
    const out = join("file", "plan.json");
    const { status, stderr } = berth([BERTH_BIN, "plan", FLEET, "--out", out]);
    expect(stderr).toMatch(/^berth: file\/plan\.json: can't be written \(EEXIST\)\n$/);
    expect(status).toBe(2);
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("mine");
  });
});

describe("a process that is killed while it writes", () => {
  test("leaves the old file or the new one, and the next one tidies up", async () => {
    const file = join(folder, "file");
    for (let run = 0; run < 8; run += 1) {
      const child = spawn(process.execPath, [CHILD, "again", folder], { stdio: "ignore" });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      const before = existsSync(file) ? statSync(file).ino : 0;
      while (!existsSync(file) || statSync(file).ino === before) {
        await pause(5);
      }
      await pause(3 * run);
      child.kill("SIGKILL");
      await ended;
      const text = readFileSync(file, "utf8");
      expect(text).toBe((text[0] ?? "").repeat(2_000_000));
    }
    for (const name of leftIn(folder)) {
      utimesSync(join(folder, name), 1, 1);
    }
    await putFile(file, "c");
    expect(readFileSync(file, "utf8")).toBe("c");
    expect(leftIn(folder)).toEqual([]);
  });
});

describe("a file in its place", () => {
  test("keeps its rights, and a link stays where that is asked for", async () => {
    const [file, link] = [join(folder, "file"), join(folder, "link")];
    writeFileSync(file, "old", { mode: 0o600 });
    symlinkSync(file, link);
    await putFile(link, "new", { followsLink: true });
    expect(readFileSync(file, "utf8")).toBe("new");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await putFile(link, "apart");
    expect([readFileSync(file, "utf8"), readFileSync(link, "utf8")]).toEqual(["new", "apart"]);
  });

  test("is not replaced where it has to be new, nor where the last look says no", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "old");
    await expect(putFile(file, "new", { isNew: true })).rejects.toMatchObject({ code: "EEXIST" });
    const beforeReplaced = () => Promise.reject(new Error("changed"));
    await expect(putFile(file, "new", { beforeReplaced })).rejects.toThrow("changed");
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(leftIn(folder)).toEqual([]);
  });

  test("leaves alone what another process is writing, and what is young", async () => {
    const others = [
      `.berth-${process.ppid}-1.new`,
      ".berth-999999-1.new",
      ".berth-999999-2.new.txt",
    ];
    for (const name of others) {
      writeFileSync(join(folder, name), "");
    }
    utimesSync(join(folder, others[0] ?? ""), 1, 1);
    utimesSync(join(folder, others[2] ?? ""), 1, 1);
    await putFile(join(folder, "file"), "");
    expect(readdirSync(folder).sort()).toEqual([...others, "file"].sort());
  });
});

const WRITTEN = ["calibration", "state", "lock", "cache", "saved fleet", "new fleet"].map(
  (name) => `${name}: written`,
);

/** Writes everything once. */
function childSays(): readonly string[] {
  writeFileSync(join(folder, "fleet.yaml"), "# old\n");
  return berth([CHILD, "all", folder]).stdout.trim().split("\n");
}

function contentsOf(path: string): Readonly<Record<string, string>> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true, encoding: "utf8" });
  return Object.fromEntries(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(path.length + 1), readFileSync(file, "utf8")]),
  );
}
