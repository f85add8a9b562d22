import type { Readable } from "node:stream";
import { EXIT } from "../exit-codes.ts";
import { harmless } from "../print/harmless.ts";

/** Where a command reads and writes; tests pass their own. */
export interface Terminal {
  /** Writes text, or its UTF-8 bytes, to stdout; resolves when it is written, and the bytes are of no more use. */
  print(text: string | Uint8Array): Promise<void>;
  /** Writes a remark to stderr, after "berth: ". */
  remark(text: string): void;
  /** Shows a line on stderr in place of the one before, "" none; absent where stderr is no terminal. */
  readonly showProgress?: (line: string) => void;
  /** Takes away all that stands on the screen; absent where stdout is no terminal. */
  readonly clearScreen?: () => void;
  readonly stdin: Readable;
  readonly cwd: string;
  /** Columns that a table may fill. */
  readonly width: number;
  readonly hasColor: boolean;
}

const DEFAULT_WIDTH = 120;
/** Narrower than this, tables wrap into nonsense. */
const LEAST_WIDTH = 60;

/** To the start of the line, and away with what stands on it. */
const CLEAR_LINE = "\r\u001b[K";

/** To the upper left, and away with all that follows. */
const CLEAR_SCREEN = "\u001b[H\u001b[2J";

/** The terminal of this process. A reader of stdout that goes away (`| head`) ends it quietly. */
export function processTerminal(): Terminal {
  const { stdout, stderr, stdin } = process;
  // a file or another program gets every character as it is
  const out = stdout.isTTY === true ? harmless : unchanged;
  const remarks = stderr.isTTY === true ? harmless : unchanged;
  stdout.on("error", endOfStdout);
  stderr.on("error", endOfStderr);
  return {
    // an error goes to the listener
    print: (text) =>
      new Promise((resolve) => {
        stdout.write(typeof text === "string" ? out(text) : text, () => resolve());
      }),
    remark: (text) => {
      stderr.write(`berth: ${remarks(text)}\n`);
    },
    ...(stderr.isTTY === true
      ? { showProgress: (line: string) => void stderr.write(`${CLEAR_LINE}${line}`) }
      : {}),
    ...(stdout.isTTY === true ? { clearScreen: () => void stdout.write(CLEAR_SCREEN) } : {}),
    stdin,
    cwd: process.cwd(),
    width: Math.max(LEAST_WIDTH, stdout.columns ?? stderr.columns ?? DEFAULT_WIDTH),
    hasColor: stdout.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb",
  };
}

function unchanged(text: string): string {
  return text;
}

/** A reader of stdout that has seen enough is no failure; a disk that is full is. */
function endOfStdout(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") {
    process.stderr.write(`berth: stdout: can't be written (${error.code ?? error.message})\n`);
  }
  process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.input);
}

/** Where remarks can't be written, nobody can be told so; what is printed and written still counts. */
function endOfStderr(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") {
    process.exit(EXIT.done);
  }
}
