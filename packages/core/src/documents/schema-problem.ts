import type * as z from "zod";
import { InputError, shown } from "../report/errors.ts";

/** What zod found, as one sentence with the key, what was expected and what came. */
export function schemaProblem(file: string, value: unknown, issue: z.core.$ZodIssue): InputError {
  const got = valueAt(value, issue.path);
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

/** "expected a number" and the like, from zod's own message without its "Invalid input: ". */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") {
    const texts = issue.errors.flatMap((branch) => branch.slice(0, 1).map(expectation));
    return [...new Set(texts)].join(" or ").replaceAll(" or expected ", " or ");
  }
  const message = issue.message
    .replace(/^Invalid (input|option): /, "")
    .replace(/, received .*$/, "");
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      typeof inside === "object" && inside !== null
        ? (inside as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}
