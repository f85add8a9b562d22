import type * as z from "zod";
import { InputError, shown } from "../report/errors.ts";

type Issue = z.core.$ZodIssue;

/** What zod found, as one sentence with the key, what was expected and what came. */
export function schemaProblem(file: string, value: unknown, found: Issue): InputError {
  const issue = meantIssue(found);
  const got = gotAt(value, issue);
  const key = keyText(issue.path);
  const place = key === "" ? { file } : { file, key };
  return got === undefined
    ? new InputError(place, `is missing; ${expectation(issue)}`)
    : new InputError(place, `${expectation(issue)}, got ${shown(got)}`);
}

/** "models[0].tp". */
export function keyText(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) =>
      typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`,
    )
    .join("");
}

/** What is wrong in the one form of a union that the value has; the issue itself where it may have none of them, or several. */
export function meantIssue(issue: Issue): Issue {
  if (issue.code !== "invalid_union") {
    return issue;
  }
  const alike = issue.errors.filter((form) => !form.some(isOfOtherKind));
  const known = alike.filter((form) => !form.some(hasUnknownKeys));
  const [form, second] = alike.length === 1 ? alike : known;
  const first = form?.find(({ code }) => code === "unrecognized_keys") ?? form?.[0];
  return first === undefined || second !== undefined
    ? issue
    : meantIssue({ ...first, path: [...issue.path, ...first.path] });
}

/** A form that the value has not at all: a number, where it is a list. */
function isOfOtherKind(issue: Issue): boolean {
  if (issue.path.length > 0) {
    return false;
  }
  return issue.code === "invalid_union"
    ? issue.errors.every((form) => form.some(isOfOtherKind))
    : issue.code === "invalid_type" || issue.code === "invalid_value";
}

function hasUnknownKeys({ code, path }: Issue): boolean {
  return path.length === 0 && code === "unrecognized_keys";
}

/** "expected a whole number" and the like: what the schema says itself, else zod's own message in plain words. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_union":
      return alternatives(issue.errors.flatMap((form) => form.slice(0, 1).map(expectation)));
    case "invalid_value":
      return `expected ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(shown).join(", ")}`;
    case "invalid_key":
      return issue.issues.map(expectation)[0] ?? "expected another key";
    default:
      return inWords(issue.message);
  }
}

function alternatives(texts: readonly string[]): string {
  return [...new Set(texts)].join(" or ").replaceAll(" or expected ", " or ");
}

function inWords(message: string): string {
  const [, sign, limit, unit = ""] = LIMIT.exec(message) ?? [];
  if (sign !== undefined) {
    return `expected ${SIGNS[sign]} ${limit}${limit === "1" ? unit.replace(/s$/, "") : unit}`;
  }
  const [, kind] = KIND.exec(message) ?? [];
  return kind === undefined
    ? message.charAt(0).toLowerCase() + message.slice(1)
    : `expected ${KINDS[kind] ?? kind}`;
}

/** "Too small: expected array to have >=1 items". */
const LIMIT = /^Too (?:small|big): expected \w+ to (?:have|be) ([<>]=?)(\S+)( \w+)?$/;

const SIGNS: Readonly<Record<string, string>> = {
  ">=": "at least",
  "<=": "at most",
  ">": "more than",
  "<": "less than",
};

/** "Invalid input: expected array, received string". */
const KIND = /^Invalid input: expected (\w+), received /;

const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "keys and values",
  record: "keys and values",
  string: "a text",
};

/** What came: of a key that may not be, the key. */
function gotAt(value: unknown, { code, path }: Issue): unknown {
  return code === "invalid_key" ? path.at(-1) : valueAt(value, path);
}

/** What stands in a tree where this path leads. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      typeof inside === "object" && inside !== null
        ? (inside as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}
