import { InputError } from "../report/errors.ts";

/** The longest file read. The largest seen is an index of 8.9 MB (DeepSeek-V3); a header is no more than 100 MB. */
const MAX_LENGTH = 100_000_000;

/**
 * Parses JSON as Python writes it: NaN and Infinity, which JSON has not, become null. Throws an InputError
 * with the line where the text is none.
 */
export function parseJson(file: string, text: string): unknown {
  if (text.length > MAX_LENGTH) {
    throw new InputError({ file }, `expected at most ${MAX_LENGTH} characters, got ${text.length}`);
  }
  if (text.trim() === "") {
    throw new InputError({ file }, "expected JSON, but the file is empty");
  }
  try {
    return JSON.parse(PYTHON_NUMBER_HINT.test(text) ? withoutPythonNumbers(text) : text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputError({ file }, `expected JSON: ${why}`, { cause });
  }
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
