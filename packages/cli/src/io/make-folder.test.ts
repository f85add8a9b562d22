import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "berth-folder-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a folder is made with what is missing above it, once", async () => {
  const deep = join(folder, "a/b/c");
  expect(await makeFolder(deep)).toBe(join(folder, "a"));
  expect(existsSync(deep)).toBe(true);
  expect(await makeFolder(deep)).toBeUndefined();
});

test("what the file system says is said, below a file or where none may be made", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(makeFolder(join(folder, "file/a"))).rejects.toThrow(/ENOTDIR/);
  await expect(makeFolder(join(folder, "file"))).rejects.toThrow(/EEXIST/);
  // where Node's own way never ends
  await expect(makeFolder("/proc/berth/a")).rejects.toThrow("ENOENT");
});
