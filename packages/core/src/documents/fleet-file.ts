import type * as z from "zod";
import { InputError, shown } from "../report/errors.ts";
import { unknownKeyText } from "../report/suggest.ts";
import type { FleetFile } from "./fleet-file-types.ts";
import { checkFleet, fleetForms } from "./fleet-schema.ts";
import { keyText, meantIssue, schemaProblem, valueAt } from "./schema-problem.ts";
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
  const meant = issues.map(meantIssue);
  for (const issue of meant) {
    const problem = keyProblem(file, value, issue);
    if (problem !== undefined) {
      return problem;
    }
  }
  const issue = meant[0];
  return issue === undefined
    ? new InputError({ file }, "expected a fleet file")
    : schemaProblem(file, value, issue);
}

/** A key that no form of an object has, or keys of which no form has all. */
function keyProblem(file: string, value: unknown, issue: z.core.$ZodIssue): InputError | undefined {
  const forms = fleetForms(issue.path);
  const known = [...new Set(forms.flat())];
  const unknown = unknownKeys(issue).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    const key = keyText([...issue.path, unknown]);
    return new InputError({ file, key }, unknownKeyText(unknown, known));
  }
  if (forms.length < 2 || !mayBeSeveral(issue)) {
    return undefined;
  }
  const allowed = forms.map((keys) => keys.join(", ")).join("; or ");
  return new InputError(
    { file, key: keyText(issue.path) },
    `expected the keys of one form: ${allowed}; got ${shown(valueAt(value, issue.path))}`,
  );
}

/** An object that may be meant in several forms: one of keys of each, or of none. */
function mayBeSeveral(issue: z.core.$ZodIssue): boolean {
  return issue.code === "invalid_union" && issue.errors.some(isOfKeys);
}

function isOfKeys(form: readonly z.core.$ZodIssue[]): boolean {
  return form.every(({ code, path }) => code === "unrecognized_keys" || path.length > 0);
}

/** Keys of the object itself that one form or another has not. */
function unknownKeys(issue: z.core.$ZodIssue): readonly string[] {
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys;
    case "invalid_union":
      return issue.errors
        .flat()
        .filter(({ path }) => path.length === 0)
        .flatMap(unknownKeys);
    default:
      return [];
  }
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
