import { parseDocument } from "yaml";
import { InputError } from "../report/errors.ts";

/** Longest YAML text read, in characters. A fleet of 4,000 cards and 400 models by hand is below 1 M. */
const MAX_YAML_CHARACTERS = 10_000_000;

/** The value of a YAML or JSON text. Throws an InputError with line and column when it is neither. */
export function parseYaml(file: string, text: string): unknown {
  if (text.length > MAX_YAML_CHARACTERS) {
    throw new InputError(
      { file },
      `expected at most ${MAX_YAML_CHARACTERS} characters, got ${text.length}`,
    );
  }
  const document = parseDocument(text, { prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw new InputError(
      { file },
      `expected YAML, got: ${problem.message.split("\n")[0]?.replace(/:$/, "") ?? ""}`,
    );
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (value === null || value === undefined) {
      throw new InputError({ file }, "is empty");
    }
    return value;
  } catch (error) {
    throw error instanceof InputError
      ? error
      : new InputError({ file }, `expected YAML, got: ${String(error)}`, { cause: error });
  }
}
