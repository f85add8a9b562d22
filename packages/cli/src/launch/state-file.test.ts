import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { whileLocked, writeStateFile } from "./state-file.ts";

// Node's own way to make folders never ends there
test.each([
  ["a lock", () => whileLocked("/proc/berth/a", async () => undefined)],
  ["a state", () => writeStateFile("/proc/berth/a", {})],
])("%s in a folder that can't be made is refused", async (_, write) => {
  await expect(write()).rejects.toThrow("/proc/berth/a: can't be written (ENOENT)");
});

test("nobody else may look into the folder of states, nor into what was made for it", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "berth-")), "state/berth");
  await writeStateFile(folder, {});
  const modes = [folder, join(folder, "..")].map((path) => statSync(path).mode & 0o777);
  expect(modes).toEqual([0o700, 0o700]);
});
