import type { RoutedModel } from "../route.ts";
import { haproxyQuote } from "./quote.ts";

/**
 * Lines that set the ACL `id` for every name of a model. HAProxy's JSON reader knows no \uXXXX beyond \u007f, which
 * many clients write for letters outside ASCII: the configuration turns it into %uXXXX, and that is matched too.
 */
export function nameAcls({ name, aliases, id }: RoutedModel): readonly string[] {
  return [name, ...aliases]
    .flatMap((text) => [text, ...escapedForms(text)])
    .map((text) => `  acl model-${id} var(txn.model) -m str -- ${haproxyQuote(text)}`);
}

/** What JSON writes as \b, \t, \n, \f and \r is read as it should be. */
const ESCAPED = /[^\x20-\x7e\b\t\n\f\r]/g;

function escapedForms(text: string): readonly string[] {
  if (!/[^\0-\x7f]/.test(text)) {
    return [];
  }
  const lower = text.replace(ESCAPED, hexUnit);
  const upper = text.replace(ESCAPED, (unit) => `%u${hexUnit(unit).slice(2).toUpperCase()}`);
  return [...new Set([lower, upper])];
}

function hexUnit(unit: string): string {
  return `%u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
