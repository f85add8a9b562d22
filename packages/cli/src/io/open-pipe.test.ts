import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chunksOf } from "./chunks.ts";
import { openPipe } from "./open-pipe.ts";
import { readText, readTextIfThere } from "./read-text.ts";

function namedPipe(): { readonly path: string; readonly name: string; readonly maxBytes: number } {
  const path = join(mkdtempSync(join(tmpdir(), "berth-")), "trace.csv");
  execFileSync("mkfifo", [path]);
  return { path, name: "trace.csv", maxBytes: 1000 };
}

/** Runs a script with the pipe as $1. */
function write(script: string, path: string): void {
  spawn("sh", ["-c", script, "sh", path], { stdio: "ignore" });
}

test("a named pipe to which nobody writes is refused", async () => {
  await expect(openPipe(namedPipe(), 0)).rejects.toThrow(
    "trace.csv: expected a file, got a named pipe that nothing wrote to for 0 s",
  );
});

test("a named pipe beside a model's files is refused at once: nobody is about to write to it", async () => {
  await expect(readTextIfThere(namedPipe())).rejects.toThrow(
    "trace.csv: expected a file, got a named pipe",
  );
});

test.each([
  ["at once", 'printf "a b" > "$1"'],
  ["with pauses", 'exec 3> "$1"; sleep 0.3; printf "a " >&3; sleep 0.1; printf b >&3'],
])("a named pipe to which someone writes %s is read to its end", async (_, script) => {
  const file = namedPipe();
  write(script, file.path);
  expect(await readText(file)).toBe("a b");
  write(script, file.path);
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(file)) {
    chunks.push(chunk);
  }
  expect(Buffer.concat(chunks).toString()).toBe("a b");
});

test("what a pipe holds may not be longer than a file", async () => {
  const file = namedPipe();
  write('head -c 2000 /dev/zero > "$1"', file.path);
  await expect(readText(file)).rejects.toThrow("trace.csv: expected at most 1000 bytes, got 2000");
});
