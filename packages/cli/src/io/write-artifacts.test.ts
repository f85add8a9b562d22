import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "@berth/core";
import type { Artifact } from "@berth/core/deploy";
import { afterAll, describe, expect, test } from "vitest";
import { type BundleState, bundleState } from "./bundle-state.ts";
import { diffArtifacts } from "./diff-artifacts.ts";
import { MANIFEST } from "./manifest.ts";
import { refusePaths } from "./safe-paths.ts";
import { writeArtifacts } from "./write-artifacts.ts";

const made: string[] = [];
afterAll(() => {
  for (const folder of made) {
    rmSync(folder, { recursive: true, force: true });
  }
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "berth-write-"));
  made.push(folder);
  return join(folder, "out");
}

/** Path → text; those that end in .sh can be run. */
type Files = Readonly<Record<string, string>>;

const artifactsOf = (files: Files): readonly Artifact[] =>
  Object.entries(files).map(([path, text]) => ({
    path,
    text,
    isExecutable: path.endsWith(".sh"),
  }));
const write = (folder: string, files: Files, isForced = false): Promise<BundleState> =>
  writeArtifacts({ folder, name: "out", artifacts: artifactsOf(files), isForced });
const patchOf = async (folder: string, files: Files): Promise<string> => {
  const deployment = { folder, name: "out", artifacts: artifactsOf(files), isForced: false };
  const changes = await diffArtifacts(deployment, await bundleState(deployment));
  return changes.map(({ patch }) => patch).join("");
};

/** Every file below a folder but the manifest. */
function filesIn(folder: string): Files {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    paths
      .filter((path) => path !== MANIFEST && lstatSync(join(folder, path)).isFile())
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message;
}

const OLD: Files = {
  "README.md": "old\n",
  "plan.json": "{}\n",
  "start.sh": "#!/bin/sh\n",
  "start/chat.sh": "old\n",
  "config/gone.yaml": "a: 1\n",
};
const NEW: Files = {
  "README.md": "new\n",
  "plan.json": "{}\n",
  "start.sh": "#!/bin/sh\nexit\n",
  "start/talk.sh": "new\n",
};

/** Writes NEW in a process that kills itself before the nth change of the folder. */
function writeAndDie(folder: string, nth: number, before = ""): number | null {
  const source = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    let calls = 0;
    for (const name of ["rename", "rm", "rmdir"]) {
      const real = fs.promises[name];
      fs.promises[name] = (...given) => {
        calls += 1;
        if (calls === ${nth}) process.kill(process.pid, "SIGKILL");
        return real(...given);
      };
    }
    syncBuiltinESMExports();
    const { writeArtifacts } = await import(${JSON.stringify(BUILT)});
    await writeArtifacts(${JSON.stringify({ folder, name: "out", artifacts: artifactsOf(NEW), isForced: false })});
  `;
  const node = [process.execPath, "--input-type=module", "-e", source] as const;
  return spawnSync("bash", ["-c", `${before} exec "$@"`, "bash", ...node]).status;
}

const BUILT = fileURLToPath(new URL("../../dist/io/write-artifacts.js", import.meta.url));

describe("a run that does not come to its end", () => {
  test("killed before any of its changes, it leaves whole files, and the next run makes it good", async () => {
    let nth = 1;
    let isKilled = true;
    while (isKilled) {
      const folder = newFolder();
      await write(folder, OLD);
      isKilled = writeAndDie(folder, nth) !== 0;
      for (const [path, text] of Object.entries(filesIn(folder))) {
        if (!path.startsWith(".berth-new-")) {
          expect([OLD[path], NEW[path]]).toContain(text);
        }
      }
      if (isKilled) {
        await write(folder, NEW);
      }
      expect(filesIn(folder)).toEqual(NEW);
      nth += 1;
    }
    // two manifests, three files that differ, two stale files and their folder, the staging folder
    expect(nth).toBeGreaterThan(8);
  }, 120_000);

  test("killed half-way, it says so, and another plan may follow as well", async () => {
    const folder = newFolder();
    await write(folder, OLD);
    // 1: what is left of an earlier stage, 2: the manifest, 3: the first file
    writeAndDie(folder, 4);
    const deployment = { folder, name: "out", artifacts: artifactsOf(OLD), isForced: false };
    expect(await bundleState(deployment)).toMatchObject({ isComplete: false, obstacles: [] });
    await write(folder, OLD);
    expect(filesIn(folder)).toEqual(OLD);
    expect(await bundleState(deployment)).toMatchObject({ isComplete: true });
  });

  test("a disk that takes no more leaves what was there, and a new folder is not left behind", async () => {
    const folder = newFolder();
    await write(folder, OLD);
    const before = readFileSync(join(folder, MANIFEST), "utf8");
    // a limit of no bytes a file stands for a full disk
    expect(writeAndDie(folder, 0, "ulimit -f 0;")).not.toBe(0);
    expect(filesIn(folder)).toEqual(OLD);
    expect(readFileSync(join(folder, MANIFEST), "utf8")).toBe(before);
    const fresh = newFolder();
    writeAndDie(fresh, 0, "ulimit -f 0;");
    expect(existsSync(fresh)).toBe(false);
  });

  test("a folder that can't be written is said in one sentence", async () => {
    const folder = newFolder();
    await write(folder, OLD);
    chmodSync(folder, 0o555);
    const problem = await asNobody(folder, () => problemOf(write(folder, NEW)));
    expect(problem).toBe("out: can't be written (EACCES)");
    expect(filesIn(folder)).toEqual(OLD);
    expect(await problemOf(write("/dev/null/out", NEW))).toBe("out: expected a folder, got a file");
  });

  test("a staging folder of a process that ended is removed, one of a process that runs is waited for", async () => {
    const folder = newFolder();
    const ended = spawnSync("true").pid;
    mkdirSync(join(folder, `.berth-new-${ended}`), { recursive: true });
    await write(folder, OLD);
    expect(readdirSync(folder)).not.toContain(`.berth-new-${ended}`);
    mkdirSync(join(folder, `.berth-new-${process.ppid}`));
    expect(await problemOf(write(folder, NEW))).toContain(`process ${process.ppid} is writing`);
    expect(filesIn(folder)).toEqual(OLD);
  });
});

/** Root may write everywhere; nobody may not. */
async function asNobody<Value>(folder: string, work: () => Promise<Value>): Promise<Value> {
  const own = process.geteuid?.();
  if (own !== 0) {
    return work();
  }
  chmodSync(dirname(folder), 0o755);
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(own);
  }
}

describe("what stands in the way", () => {
  test("a file where a folder should be, and a folder where a file should be", async () => {
    const folder = newFolder();
    await write(folder, { "README.md": "old\n" });
    writeFileSync(join(folder, "start"), "mine");
    for (const isForced of [false, true]) {
      expect(await problemOf(write(folder, NEW, isForced))).toBe(
        "out/start: expected a folder, got a file; move it",
      );
    }
    rmSync(join(folder, "start"));
    mkdirSync(join(folder, "plan.json"));
    expect(await problemOf(write(folder, NEW, true))).toBe(
      "out/plan.json: expected a file, got a folder; move it",
    );
    expect(filesIn(folder)).toEqual({ "README.md": "old\n" });
  });

  test("a file of Berth's own becomes a folder and a folder a file", async () => {
    const folder = newFolder();
    await write(folder, { "a/b/c": "1", d: "2" });
    await write(folder, { "a/b": "3", "d/e": "4" });
    expect(filesIn(folder)).toEqual({ "a/b": "3", "d/e": "4" });
    writeFileSync(join(folder, "d/e"), "mine");
    expect(await problemOf(write(folder, { d: "5" }))).toContain("out/d: expected a file");
  });

  test("links that lead out are not followed, whatever is forced; the folder itself may be one", async () => {
    const elsewhere = newFolder();
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "README.md"), "theirs");
    const folder = newFolder();
    mkdirSync(folder);
    symlinkSync(elsewhere, join(folder, "start"));
    expect(await problemOf(write(folder, NEW, true))).toContain("got a symbolic link");
    expect(await patchOf(folder, { "start/README.md": "new" })).not.toContain("theirs");
    rmSync(join(folder, "start"));
    symlinkSync(join(elsewhere, "README.md"), join(folder, "README.md"));
    expect(await problemOf(write(folder, NEW))).toContain('holds "README.md"');
    await write(folder, NEW, true);
    expect(filesIn(elsewhere)).toEqual({ "README.md": "theirs" });
    expect(filesIn(folder)).toEqual(NEW);
    const link = newFolder();
    symlinkSync(folder, link);
    await write(link, OLD);
    expect(filesIn(folder)).toEqual(OLD);
  });

  test("a manifest that names files elsewhere removes none", async () => {
    const folder = newFolder();
    await write(folder, OLD);
    writeFileSync(join(dirname(folder), "mine"), "mine");
    const text = readFileSync(join(folder, MANIFEST), "utf8");
    writeFileSync(join(folder, MANIFEST), text.replace("config/gone.yaml", "../mine"));
    await expect(write(folder, NEW, true)).rejects.toThrow("leaves its folder");
    expect(readFileSync(join(dirname(folder), "mine"), "utf8")).toBe("mine");
  });

  test.each([
    { paths: ["a", "A"], says: 'two files "A"' },
    { paths: ["a/b", "a/B"], says: 'two files "a/B"' },
    { paths: ["a/b", "A"], says: 'a file and a folder "a"' },
    { paths: [MANIFEST], says: "two files" },
    { paths: ["a/../b"], says: "leaves its folder" },
    { paths: ["/a"], says: "leaves its folder" },
    { paths: ["a\\b"], says: "leaves its folder" },
  ])("$paths are no bundle", ({ paths, says }) => {
    expect(() => refusePaths(paths)).toThrow(says);
  });
});

describe("what the user changed", () => {
  test("a stale file that was edited stays and is said; forced, it goes", async () => {
    const folder = newFolder();
    await write(folder, OLD);
    writeFileSync(join(folder, "config/gone.yaml"), "mine");
    expect((await write(folder, NEW)).kept).toEqual(["config/gone.yaml"]);
    expect(filesIn(folder)).toEqual({ ...NEW, "config/gone.yaml": "mine" });
    const forced = newFolder();
    await write(forced, OLD);
    writeFileSync(join(forced, "config/gone.yaml"), "mine");
    await write(forced, NEW, true);
    expect(filesIn(forced)).toEqual(NEW);
  });

  test("a file that was edited into just what comes is no obstacle", async () => {
    const folder = newFolder();
    await write(folder, OLD);
    writeFileSync(join(folder, "README.md"), NEW["README.md"] ?? "");
    await write(folder, NEW);
    expect(filesIn(folder)).toEqual(NEW);
  });

  test("modes are kept, what is to be run can be; what is the same keeps its times", async () => {
    const folder = newFolder();
    await write(folder, OLD);
    const mode = (path: string): number => statSync(join(folder, path)).mode & 0o777;
    expect([mode("start.sh") & 0o111, mode("README.md") & 0o111]).toEqual([0o111, 0]);
    chmodSync(join(folder, "README.md"), 0o600);
    chmodSync(join(folder, "start.sh"), 0o640);
    const { mtimeMs } = statSync(join(folder, "plan.json"));
    await write(folder, NEW);
    expect([mode("README.md"), mode("start.sh")]).toEqual([0o600, 0o750]);
    expect(statSync(join(folder, "plan.json")).mtimeMs).toBe(mtimeMs);
  });
});

describe("the difference", () => {
  const TEXTS: Files = { ...OLD, empty: "", "no-end": "a", crlf: "a\r\nb\r\n", "été.txt": "é\n" };
  const NEXT: Files = { ...NEW, fresh: "", "no-end": "a\n", crlf: "a\r\nc\r\n", "été.txt": "è" };

  test("git applies it, and what comes out is what a run would write", async () => {
    const folder = newFolder();
    await write(folder, TEXTS);
    chmodSync(join(folder, "start.sh"), 0o644);
    const patch = await patchOf(folder, NEXT);
    expect(filesIn(folder)).toEqual(TEXTS);
    const applied = spawnSync("git", ["apply", "-"], {
      cwd: folder,
      input: patch,
      encoding: "utf8",
    });
    expect(applied).toMatchObject({ status: 0, stderr: "" });
    expect(filesIn(folder)).toEqual(NEXT);
    expect(statSync(join(folder, "start.sh")).mode & 0o100).toBe(0o100);
    expect(await patchOf(folder, NEXT)).toBe("");
  });

  test("bytes that are no text are said to differ", async () => {
    const folder = newFolder();
    await write(folder, OLD);
    writeFileSync(join(folder, "README.md"), Buffer.from([0xff, 0, 1]));
    expect(await patchOf(folder, OLD)).toContain("Binary files a/README.md and b/README.md differ");
  });
});
