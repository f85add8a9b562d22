import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { BERTH_BIN, ROOT } from "../support/berth-bin.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the bundled command line in a process of its own. */
export function berth(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return ended(process.execPath, [BERTH_BIN, ...args], options);
}

/** A shell line in which $BERTH is the bundled command line. */
export function shell(line: string, options: RunOptions = {}): Promise<Ended> {
  const env = { ...options.env, BERTH: `${process.execPath} ${BERTH_BIN}` };
  return ended("bash", ["-c", line], { ...options, env });
}

/** Runs a program to its end. */
export function ended(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, NO_COLOR: "1", ...options.env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A folder for one test, with these files; those of bin/ can be run. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "berth-test-"));
  made.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    if (path.startsWith("bin/")) {
      chmodSync(join(folder, path), 0o755);
    }
  }
  return folder;
}

/** What stderr says of bad input or usage: one line, no stack. */
export function oneSentence({ stderr }: Ended): string {
  const lines = stderr.trimEnd().split("\n");
  if (lines.length !== 1 || !lines[0]?.startsWith("berth: ") || /\bat .*:\d+:\d+/.test(stderr)) {
    throw new Error(`expected one sentence, got:\n${stderr}`);
  }
  return lines[0].slice("berth: ".length);
}
