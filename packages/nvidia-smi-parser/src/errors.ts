/**
 * - `empty`: nothing but white space.
 * - `too-large`: above one of the limits of limits.ts.
 * - `not-nvidia-smi`: no output of nvidia-smi was recognised in the text.
 * - `truncated`: an output begins, but ends before anything usable was printed.
 * - `malformed`: an output is recognised and contradicts its own form.
 * - `reported`: nvidia-smi, or the shell in its place, printed an error instead of an output.
 */
export type NvidiaSmiErrorCode =
  | "empty"
  | "too-large"
  | "not-nvidia-smi"
  | "truncated"
  | "malformed"
  | "reported";

/** The only error that this package throws: the text holds nothing that can be used. */
export class NvidiaSmiParseError extends Error {
  override readonly name: string = "NvidiaSmiParseError";
  readonly code: NvidiaSmiErrorCode;
  /** Line of the input, from 1, where one line is to blame. */
  readonly line: number | undefined;

  constructor(
    code: NvidiaSmiErrorCode,
    message: string,
    where: { readonly line?: number; readonly cause?: unknown } = {},
  ) {
    super(oneLine(where.line === undefined ? message : `line ${where.line}: ${message}`), {
      cause: where.cause,
    });
    this.code = code;
    this.line = where.line;
  }
}

/** What an XML library quotes of a broken tag may hold anything and be of any length. */
const MOST_CHARACTERS = 600;

function oneLine(text: string): string {
  const plain = text.slice(0, MOST_CHARACTERS + 1).replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
  return plain.length > MOST_CHARACTERS ? `${plain.slice(0, MOST_CHARACTERS - 3)}...` : plain;
}
