import type * as z from "zod";
import { InputError, shown } from "../report/errors.ts";
import { unknownKeyText } from "../report/suggest.ts";
import type { FleetFile } from "./fleet-file-types.ts";
import { checkFleet, fleetKeys } from "./fleet-schema.ts";
import { keyText, schemaProblem } from "./schema-problem.ts";
import { parseYaml } from "./yaml-text.ts";

/**
 * A fleet file (YAML, of which JSON is a part), checked against its schema. Throws an InputError
 * that names the file, the key, what was expected and what came.
 */
export function parseFleetFile(file: string, text: string): FleetFile {
  const value = parseYaml(file, text);
  refuseOthers(file, value);
  const result = checkFleet(value);
  if (!result.success) {
    throw firstProblem(file, value, result.error.issues);
  }
  refuseTwins(file, result.data);
  return result.data;
}

/** What is no fleet file at all, such as a plan or what nvidia-smi printed. */
function refuseOthers(file: string, value: unknown): void {
  const isTree = typeof value === "object" && value !== null && !Array.isArray(value);
  const schema = isTree && "schema" in value ? value.schema : undefined;
  const isOther = typeof schema === "string" && /^berth\/(?!fleet@)/.test(schema);
  if (!isTree || isOther) {
    const got = isOther ? `a ${shown(schema)} document` : shown(value);
    throw new InputError(
      { file },
      `expected a fleet file, with models and the cards for them, got ${got}`,
    );
  }
}

/** An unknown key goes first: where one is misspelt, it is also missing. */
function firstProblem(
  file: string,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): InputError {
  const unknown = issues.flatMap(unknownKeys)[0];
  if (unknown !== undefined) {
    return unknownKey(file, unknown);
  }
  const issue = issues[0];
  return issue === undefined
    ? new InputError({ file }, "expected a fleet file")
    : schemaProblem(file, value, issue);
}

/** Paths of the keys that no schema has, those inside a choice of several forms too. */
function unknownKeys(issue: z.core.$ZodIssue): readonly (readonly PropertyKey[])[] {
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => [...issue.path, key]);
    case "invalid_union":
      return issue.errors
        .flat()
        .flatMap(unknownKeys)
        .map((path) => [...issue.path, ...path]);
    default:
      return [];
  }
}

function unknownKey(file: string, path: readonly PropertyKey[]): InputError {
  const problem = unknownKeyText(String(path.at(-1)), fleetKeys(path.slice(0, -1)));
  return new InputError({ file, key: keyText(path) }, problem);
}

function refuseTwins(file: string, fleet: FleetFile): void {
  const names = fleet.models.map((model) => model.name);
  const twin = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twin >= 0) {
    throw new InputError(
      { file, key: `models[${twin}].name` },
      `expected a name of its own, got ${shown(names[twin])} a second time`,
    );
  }
}
