import { NvidiaSmiParseError } from "./errors.ts";
import { MAX_LINE_CHARS, MAX_LINES, MAX_TEXT_CHARS } from "./limits.ts";

/** One line of the input without what a terminal or a poster put around it. Leading white space is kept. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colour codes are control characters.
const TERMINAL_CODES = /\u001B\[[0-9;?]{0,16}[A-Za-z]/g;

/** UTF-16 files read as UTF-8 (Windows PowerShell's `>`) leave a NUL beside each character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is removed.
const ENCODING_LEFTOVERS = /[\uFEFF\uFFFD\u0000]/g;

/** "# ", "> ", "// " or the time of a CI log in front of a pasted line. */
const COMMENT_PREFIX = /^\s{0,64}(?:#+|>+|\/\/|\d{4}-\d\d-\d\dT[\d:.]{8,20}Z)(?=\s)/;

/**
 * The text without byte order mark, terminal codes and carriage returns. Throws NvidiaSmiParseError where it is empty
 * or longer than MAX_TEXT_CHARS.
 */
export function cleanText(text: unknown): string {
  if (typeof text !== "string") {
    throw new NvidiaSmiParseError("not-nvidia-smi", `expected a text, got ${typeof text}`);
  }
  if (text.length > MAX_TEXT_CHARS) {
    throw new NvidiaSmiParseError(
      "too-large",
      `expected at most ${MAX_TEXT_CHARS} characters of nvidia-smi output, got ${text.length}`,
    );
  }
  const clean = text
    .replace(ENCODING_LEFTOVERS, "")
    .replace(TERMINAL_CODES, "")
    .replace(/\r\n?/g, "\n");
  if (clean.trim() === "") {
    throw new NvidiaSmiParseError("empty", "expected nvidia-smi output, got an empty text");
  }
  return clean;
}

/** Lines of a clean text; comment and quote marks in front are removed. Throws above the limits. */
export function splitLines(text: string): readonly Line[] {
  const lines = text.trimEnd().split("\n");
  if (lines.length > MAX_LINES) {
    throw new NvidiaSmiParseError(
      "too-large",
      `expected at most ${MAX_LINES} lines of nvidia-smi output, got ${lines.length}`,
    );
  }
  return lines.map((raw, index) => {
    if (raw === "") {
      return { number: index + 1, text: "" };
    }
    if (raw.length > MAX_LINE_CHARS) {
      throw new NvidiaSmiParseError(
        "too-large",
        `expected at most ${MAX_LINE_CHARS} characters in a line, got ${raw.length}`,
        { line: index + 1 },
      );
    }
    return { number: index + 1, text: raw.replace(COMMENT_PREFIX, "").trimEnd() };
  });
}
