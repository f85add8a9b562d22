import { SETTINGS_TEXT } from "../../text/settings-en.ts";
import { parts } from "./codec.ts";
import type { Field, Surroundings, Values } from "./field.ts";

type TextField = Extract<Field, { readonly kind: "text" }>;

const { problems } = SETTINGS_TEXT;

/** Names that a sentence lists; the rest is dots. */
const MOST_NAMED = 6;

/** One sentence on what is wrong with a field's text; undefined where nothing is. */
export function problemIn(
  field: TextField,
  text: string,
  { values, around }: { readonly values: Values; readonly around: Surroundings },
): string | undefined {
  if (text === "") {
    return field.isNeeded === true ? problems.needed : undefined;
  }
  return field.codec.problem(text) ?? nameProblem(field, text, { values, around });
}

function nameProblem(
  { key, known, isNeeded }: TextField,
  text: string,
  { values, around }: { readonly values: Values; readonly around: Surroundings },
): string | undefined {
  if (key === "name" && isNeeded === true) {
    const isTaken = around.fleet.models.some(({ name }) => name === text);
    return isTaken && text !== values["name"] ? problems.taken(text) : undefined;
  }
  const names = known?.(around).filter((name) => name !== values["name"]);
  const strange = names && parts(text).find((part) => !names.includes(part));
  if (names === undefined || strange === undefined) {
    return;
  }
  const shown = names.slice(0, MOST_NAMED).join(", ") + (names.length > MOST_NAMED ? ", …" : "");
  return names.length === 0 ? problems.none(strange) : problems.unknown(strange, shown);
}
