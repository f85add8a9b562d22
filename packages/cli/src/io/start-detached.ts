import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { execa } from "execa";
import { ToolError } from "../tool-error.ts";

export interface Detached {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Its output is added to this file. */
  readonly log: string;
  /** What messages call it. */
  readonly what: string;
}

/** A program that goes on when Berth ends. */
export interface Started {
  readonly pid: number;
  /** How it ended, once it has: "exited with 1", "was ended by SIGKILL". */
  readonly ended: Promise<string>;
}

/** Starts a program in a session of its own. Throws a ToolError where it can't be started. */
export async function startDetached(program: Detached): Promise<Started> {
  const { command, args, folder, environment, log, what } = program;
  const output = await open(log, "a");
  try {
    // a stream on an open file is handed to the program as it is: nothing passes through Berth
    const stream = createWriteStream(log, { fd: output.fd, autoClose: false });
    const child = execa(command, args, {
      cwd: folder,
      env: environment,
      detached: true,
      cleanup: false,
      reject: false,
      buffer: false,
      stdin: "ignore",
      stdout: stream,
      stderr: stream,
    });
    child.unref();
    const ended = child.then(({ exitCode, signal, shortMessage }) =>
      exitCode === undefined
        ? `was ended by ${signal ?? shortMessage ?? "the system"}`
        : `exited with ${exitCode}`,
    );
    if (child.pid === undefined) {
      throw new ToolError(`${what}: ${command} ${await ended}`);
    }
    return { pid: child.pid, ended };
  } finally {
    await output.close();
  }
}
