import type { PlanDocument } from "@berth/core";
import { type Look, paint } from "./look.ts";
import { wrap } from "./wrap.ts";

/** Each model without a place, why, and what would give it one. */
export function printUnplaced({ unplaced }: PlanDocument, look: Look): string {
  return unplaced
    .map(({ model, reasons, remedies, remediesCut }) => {
      const why = reasons.map(({ text }) => wrap(`- ${text}`, "    ", look.width));
      const ways = remedies.map(({ text, verified }) =>
        wrap(`- ${text}${verified ? "" : " (not tried)"}`, "    ", look.width),
      );
      const head = `  ${paint(look, "red", model)} does not fit\n`;
      const cut = remediesCut === undefined ? "" : wrap(CUTS[remediesCut], "    ", look.width);
      return `${head}${why.join("")}${ways.length > 0 ? "    What would work:\n" : ""}${ways.join("")}${cut}`;
    })
    .join("");
}

const CUTS: Readonly<Record<NonNullable<PlanDocument["unplaced"][number]["remediesCut"]>, string>> =
  {
    enough: "Changes that cost more were not looked for.",
    limit: "The search came to its limit: there may be other changes that work.",
  };
