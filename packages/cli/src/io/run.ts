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
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

/** What a program prints on stdout. Throws a ToolError, one sentence, when it can't be had. */
export async function runProgram(program: Program): Promise<string> {
  const { command, args, what, timeoutSeconds, signal } = program;
  const result = await execa(command, args, {
    reject: false,
    stdin: "ignore",
    timeout: timeoutSeconds * 1000,
    maxBuffer: MAX_OUTPUT_CHARACTERS,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (!result.failed) {
    return result.stdout;
  }
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
  throw new ToolError(`${what}: ${command} ${ending(result)}${lastWords(result)}`);
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

/** The last line that the program said, on stderr if there is one. */
function lastWords({ stdout, stderr }: Ended): string {
  const last = (text: string): string => text.trim().split("\n").at(-1)?.trim() ?? "";
  const words = last(stderr) || last(stdout);
  return words === "" ? "" : `: ${words.slice(0, 300)}`;
}
