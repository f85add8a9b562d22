import type { CheckDocument, CheckProblem } from "@berth/core/verify";
import { type Look, paint } from "./look.ts";
import { wrap } from "./wrap.ts";

/** The answer, and the reasons for it. */
export function printCheck({ holds, problems, notes }: CheckDocument, look: Look): string {
  const list = (items: readonly CheckProblem[]): string =>
    items.map(({ text }) => wrap(`- ${text}`, "  ", look.width)).join("");
  const answer = holds
    ? paint(look, "green", "The plan still holds.")
    : paint(look, "red", "The plan does not hold any more.");
  const changed =
    notes.length === 0 ? "" : `${paint(look, "bold", "Worth knowing")}\n${list(notes)}`;
  return `${answer}\n${list(problems)}${changed}`;
}
