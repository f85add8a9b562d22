import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ONE_MODEL_FLEET } from "./fixtures.ts";
import { berth, type Ended, folderWith, oneSentence } from "./run-berth.ts";

let plan = "";
beforeAll(async () => {
  const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET });
  plan = (await berth(["plan", "fleet.yaml", "--json"], { cwd })).stdout;
});

const render = (cwd: string, ...more: readonly string[]): Promise<Ended> =>
  berth(["render", "plan.json", "--out", "out", ...more], { cwd });
const files = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => !lstatSync(join(folder, path)).isDirectory())
    .sort();

test("--target list names the targets", async () => {
  const text = await berth(["render", "--target", "list"]);
  expect(text.stdout).toContain("trtllm-serve");
  const json = await berth(["render", "--target", "list", "--json"]);
  const ids = JSON.parse(json.stdout).targets.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(expect.arrayContaining(["trtllm-serve", "triton-engine", "triton-llmapi"]));
  for (const id of ids) {
    expect(text.stdout).toContain(id);
  }
});

test("the same plan gives the same bytes, again and again", async () => {
  const cwd = folderWith({ "plan.json": plan });
  const first = await render(cwd, "--json");
  expect(first.code).toBe(0);
  const listed = JSON.parse(first.stdout).files as readonly string[];
  const out = join(cwd, "out");
  expect(files(out)).toEqual([".berth-manifest.json", ...listed].sort());
  const before = files(out).map((path) => readFileSync(join(out, path), "utf8"));
  expect((await render(cwd)).code).toBe(0);
  expect(files(out).map((path) => readFileSync(join(out, path), "utf8"))).toEqual(before);
  const scripts = listed.filter((path) => path.endsWith(".sh"));
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) {
    expect(statSync(join(out, script)).mode & 0o111).toBe(0o111);
  }
  expect(readdirSync(cwd).sort()).toEqual(["out", "plan.json"]);
});

test("files of an earlier plan that the new one has not are removed", async () => {
  const cwd = folderWith({ "plan.json": plan });
  await render(cwd);
  const renamed = plan.replaceAll('"chat"', '"talk"');
  writeFileSync(join(cwd, "plan.json"), renamed);
  expect((await render(cwd)).code).toBe(0);
  expect(files(join(cwd, "out")).filter((path) => path.includes("chat"))).toEqual([]);
});

describe("what Berth did not write stays", () => {
  test("a folder with other things in it is refused, unless forced", async () => {
    const cwd = folderWith({ "plan.json": plan, "out/notes.txt": "mine" });
    const run = await render(cwd);
    expect(run.code).toBe(2);
    expect(oneSentence(run)).toContain('out: holds "notes.txt", which berth did not write');
    expect(files(join(cwd, "out"))).toEqual(["notes.txt"]);
    expect((await render(cwd, "--force")).code).toBe(0);
    expect(readFileSync(join(cwd, "out/notes.txt"), "utf8")).toBe("mine");
  });

  test("a file that was added beside Berth's own is left", async () => {
    const cwd = folderWith({ "plan.json": plan });
    await render(cwd);
    writeFileSync(join(cwd, "out/notes.txt"), "mine");
    expect((await render(cwd)).code).toBe(0);
    expect(readFileSync(join(cwd, "out/notes.txt"), "utf8")).toBe("mine");
  });

  test("a file that was edited is not overwritten, unless forced", async () => {
    const cwd = folderWith({ "plan.json": plan });
    await render(cwd);
    writeFileSync(join(cwd, "out/README.md"), "mine");
    const run = await render(cwd);
    expect(run.code).toBe(2);
    expect(oneSentence(run)).toContain("out/README.md: was changed since berth wrote it");
    expect(readFileSync(join(cwd, "out/README.md"), "utf8")).toBe("mine");
    expect((await render(cwd, "--force")).code).toBe(0);
    expect(readFileSync(join(cwd, "out/README.md"), "utf8")).not.toBe("mine");
  });

  test("a link in the folder is not followed out of it, even forced", async () => {
    const cwd = folderWith({ "plan.json": plan });
    const elsewhere = folderWith({ "README.md": "theirs" });
    const listed = JSON.parse((await render(cwd, "--json")).stdout).files as readonly string[];
    const nested = listed.find((path) => path.includes("/"))?.split("/")[0];
    const target = folderWith({ "plan.json": plan });
    mkdirSync(join(target, "out"));
    symlinkSync(join(elsewhere, "README.md"), join(target, "out/README.md"));
    if (nested !== undefined) {
      symlinkSync(elsewhere, join(target, "out", nested));
      const run = await render(target, "--force");
      expect(run.code).toBe(2);
      expect(oneSentence(run)).toContain("expected a folder, got a symbolic link");
    } else {
      expect((await render(target, "--force")).code).toBe(0);
    }
    expect(readdirSync(elsewhere)).toEqual(["README.md"]);
    expect(readFileSync(join(elsewhere, "README.md"), "utf8")).toBe("theirs");
  });
});

test.each([
  { flags: ["--triton-mode", "both"], says: "--triton-mode: expected leader or orchestrator or" },
  { flags: ["--first-port", "70000"], says: "--first-port: expected at most 60000" },
  { flags: ["--models-folder", "../x"], says: "--models-folder: expected an absolute path" },
])("$flags is bad usage", async ({ flags, says }) => {
  const cwd = folderWith({ "plan.json": plan });
  const run = await render(cwd, ...flags);
  expect(run.code).toBe(2);
  expect(oneSentence(run)).toContain(says);
});

test("a mode that the target has not is answered with the reason and what has it", async () => {
  const cwd = folderWith({ "plan.json": plan });
  const run = await render(cwd, "--target", "triton-llmapi", "--triton-mode", "orchestrator");
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(
    /^berth: not rendered: triton-llmapi: .*use the target trtllm-serve\n$/,
  );
  expect(existsSync(join(cwd, "out"))).toBe(false);
});

test.each([
  { text: "{", says: /^plan.json: / },
  { text: "[]", says: /^plan.json: / },
  { text: '{"schema":"berth/estimate@1"}', says: /^plan.json: / },
])("$text is no plan", async ({ text, says }) => {
  const cwd = folderWith({ "plan.json": text });
  const run = await render(cwd);
  expect(run.code).toBe(2);
  expect(oneSentence(run)).toMatch(says);
  expect(existsSync(join(cwd, "out"))).toBe(false);
});

describe("--diff", () => {
  test("prints what would change, writes nothing, and ends with 1; with 0 where nothing would", async () => {
    const cwd = folderWith({ "plan.json": plan });
    await render(cwd);
    const same = await render(cwd, "--diff");
    expect(same).toMatchObject({ code: 0, stdout: "", stderr: "berth: nothing would change\n" });
    writeFileSync(join(cwd, "plan.json"), plan.replaceAll('"chat"', '"talk"'));
    const before = files(join(cwd, "out"));
    const run = await render(cwd, "--diff");
    expect(run.code).toBe(1);
    expect(run.stdout).toContain("--- a/README.md\n+++ b/README.md\n@@ ");
    expect(run.stdout).toContain(
      "diff --git a/start/talk.sh b/start/talk.sh\nnew file mode 100755",
    );
    expect(run.stdout).toContain("deleted file mode 100755\n--- a/start/chat.sh\n+++ /dev/null");
    expect(files(join(cwd, "out"))).toEqual(before);
    const json = JSON.parse((await render(cwd, "--diff", "--json")).stdout);
    expect(json.schema).toBe("berth/render-diff@1");
    expect(json.changes.map(({ patch }: { patch: string }) => patch).join("")).toBe(run.stdout);
  });

  test("says what could not be written, and makes no folder", async () => {
    const cwd = folderWith({ "plan.json": plan, "out/notes.txt": "mine" });
    const run = await render(cwd, "--diff");
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('could not be written: out: holds "notes.txt"');
    const fresh = folderWith({ "plan.json": plan });
    expect((await render(fresh, "--diff")).code).toBe(1);
    expect(existsSync(join(fresh, "out"))).toBe(false);
  });
});
