import { InputError } from "../report/errors.ts";
import { refusePrototypeKey } from "./prototype-key.ts";

/** The longest file read. The largest seen is an index of 8.9 MB (DeepSeek-V3); a header is no more than 100 MB. */
const MAX_LENGTH = 100_000_000;

/** The deepest seen is a plan, of 10. What walks a value does so by calling itself, and the stack is no limit to state. */
const MAX_DEPTH = 100;

/**
 * Parses JSON as Python writes it: NaN and Infinity, which JSON has not, become null. Throws an InputError
 * with the line where the text is none, or where a key is `__proto__`.
 */
export function parseJson(file: string, text: string): unknown {
  if (text.length > MAX_LENGTH) {
    throw new InputError({ file }, `expected at most ${MAX_LENGTH} characters, got ${text.length}`);
  }
  if (text.trim() === "") {
    throw new InputError({ file }, "expected JSON, but the file is empty");
  }
  refuseDepth(file, text);
  const value = jsonValue(file, text);
  refusePrototypeKey(file, text, value);
  return value;
}

function jsonValue(file: string, text: string): unknown {
  try {
    return JSON.parse(PYTHON_NUMBER_HINT.test(text) ? withoutPythonNumbers(text) : text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputError({ file }, `expected JSON: ${why}`, { cause });
  }
}

const [QUOTE, BACKSLASH, BRACE, BRACE_END, BRACKET, BRACKET_END] = [...'"\\{}[]'].map((one) =>
  one.charCodeAt(0),
);

function refuseDepth(file: string, text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at);
    } else if (code === BRACE || code === BRACKET) {
      depth += 1;
    } else if (code === BRACE_END || code === BRACKET_END) {
      depth -= 1;
    }
    if (depth > MAX_DEPTH) {
      throw new InputError({ file }, `expected at most ${MAX_DEPTH} levels of lists and objects`);
    }
  }
}

/** Where the string ends that begins at a quote. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      return at;
    }
    at += code === BACKSLASH ? 1 : 0;
  }
  return text.length;
}

const PYTHON_NUMBER_HINT = /NaN|Infinity/;

/** Strings are matched as well, and kept, so that a name with "NaN" in it stays as it is. */
const STRING_OR_PYTHON_NUMBER = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

function withoutPythonNumbers(text: string): string {
  return text.replace(STRING_OR_PYTHON_NUMBER, (found) => (found.startsWith('"') ? found : "null"));
}

/** What a JSON text holds; undefined where it is none. */
export function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
