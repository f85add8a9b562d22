const PLAIN_WORD = /^[A-Za-z0-9_./:@%+,-]+$/;

/**
 * `text` as one word of a POSIX shell. Plain words stay as they are, everything else stands in
 * single quotes, where nothing but a single quote has a meaning; newlines are carried.
 * Throws a RangeError for NUL, which no shell word can hold.
 */
export function shellQuote(text: string): string {
  if (!isShellText(text)) {
    throw new RangeError("a shell word can't hold a NUL character");
  }
  return PLAIN_WORD.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** False for what no shell word can hold. */
export function isShellText(text: string): boolean {
  return !text.includes("\0");
}

/**
 * A command over several lines, one option a line. The words must be quoted already; `\` and a
 * newline between them are no part of any word.
 */
export function shellCommand(words: readonly string[], indent = ""): string {
  return words.map((word, at) => (at === 0 ? indent + word : `${indent}  ${word}`)).join(" \\\n");
}

/** A variable that the environment may override; without it, `text`. */
export function overridable(variable: string, override: string, text: string): string[] {
  return [
    `${variable}=${shellQuote(text)}`,
    `if [ -n "\${${override}:-}" ]; then ${variable}=$${override}; fi`,
  ];
}
