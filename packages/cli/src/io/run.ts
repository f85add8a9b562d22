import { open, rename, rm } from "node:fs/promises";
import { execa } from "execa";
import { ToolError } from "../tool-error.ts";

/** Longest output taken from a program; -q -x of sixteen cards is half a megabyte. */
const MAX_OUTPUT_CHARACTERS = 20_000_000;

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** What messages call it. */
  readonly what: string;
  readonly timeoutSeconds: number;
  /** The folder that it runs in; Berth's own unless said. */
  readonly folder?: string;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly isDone: boolean;
  readonly stdout: string;
  /** "kubectl exited with 1: error: ...", one line. */
  readonly sentence: string;
}

/** What a program prints on stdout. Throws a ToolError, one sentence, when it can't be had. */
export async function runProgram(program: Program): Promise<string> {
  const { isDone, stdout, sentence } = await tryProgram(program);
  if (isDone) {
    return stdout;
  }
  throw new ToolError(`${program.what}: ${sentence}`);
}

/** Runs a program that may say no. Throws a ToolError only where there is none, or it does not answer. */
export async function tryProgram(program: Program): Promise<ProgramEnd> {
  const { command, args, what, timeoutSeconds } = program;
  const started = execa(command, args, {
    ...optionsOf(program),
    maxBuffer: MAX_OUTPUT_CHARACTERS,
  });
  const result = await endingWith(program, started);
  if (result.code === "ENOENT") {
    throw new ToolError(`${what}: there is no ${command} on the PATH`);
  }
  if (result.timedOut) {
    throw new ToolError(`${what}: ${command} did not answer within ${timeoutSeconds} s`);
  }
  if (result.isMaxBuffer) {
    throw new ToolError(
      `${what}: ${command} printed more than ${MAX_OUTPUT_CHARACTERS} characters`,
    );
  }
  const sentence = `${command} ${ending(result)}${lastWords(result)}`;
  return { isDone: !result.failed, stdout: result.stdout, sentence };
}

/** Writes all that a program prints into a file, which is made anew; false, and no change to it, where the program fails. */
export async function programToFile(program: Program, file: string): Promise<boolean> {
  const temporary = `${file}.new`;
  const output = await open(temporary, "w", 0o600);
  try {
    const stream = output.createWriteStream({ autoClose: false });
    const started = execa(program.command, program.args, {
      ...optionsOf(program),
      buffer: false,
      stdout: stream,
      stderr: stream,
    });
    const result = await endingWith(program, started);
    if (!result.failed) {
      await rename(temporary, file);
    }
    return !result.failed;
  } finally {
    await output.close();
    await rm(temporary, { force: true });
  }
}

function optionsOf({ timeoutSeconds, folder }: Program) {
  return {
    reject: false,
    stdin: "ignore",
    timeout: timeoutSeconds * 1000,
    // endingWith does that
    cleanup: false,
    ...(folder === undefined ? {} : { cwd: folder }),
  } as const;
}

/** What ends the programs that run; none outlives Berth. */
const running = new Set<() => void>();
process.on("exit", () => {
  for (const end of running) {
    end();
  }
});

/**
 * How a program ends, which its signal and the end of Berth itself hasten. One that could not be started has no
 * process to end: Node's kill() would reach every process of Berth's own group then, the shell's and all.
 */
async function endingWith<Result>(
  { signal }: Program,
  started: Promise<Result> & { readonly pid?: number | undefined; kill(): boolean },
): Promise<Result> {
  const end = (): void => {
    if (started.pid !== undefined) {
      started.kill();
    }
  };
  running.add(end);
  signal?.addEventListener("abort", end, { once: true });
  if (signal?.aborted === true) {
    end();
  }
  try {
    return await started;
  } finally {
    running.delete(end);
    signal?.removeEventListener("abort", end);
  }
}

interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function ending({ exitCode, signal }: Ended): string {
  return exitCode === undefined ? `ended with ${signal ?? "an error"}` : `exited with ${exitCode}`;
}

/** Longest part of a line that is repeated. */
const MOST_CHARACTERS = 300;
const COMPLAINT = /error|cannot|can't|denied|unknown|invalid|failed|refused|required|no such/i;

/** The line in which the program says what is wrong, else its last one; on stderr if there is one. */
function lastWords({ stdout, stderr }: Ended): string {
  const text = stderr.trim() === "" ? stdout : stderr;
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const words = (lines.find((line) => COMPLAINT.test(line)) ?? lines.at(-1) ?? "").trim();
  return words === "" ? "" : `: ${words.slice(0, MOST_CHARACTERS)}`;
}
