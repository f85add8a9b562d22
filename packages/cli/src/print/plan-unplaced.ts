import type { PlanDocument } from "@berth/core";
import { type Look, paint } from "./look.ts";
import { wrap } from "./wrap.ts";

/** Each model without a place, why, and what would give it one. */
export function printUnplaced({ unplaced }: PlanDocument, look: Look): string {
  return unplaced
    .map(({ model, reasons, remedies }) => {
      const why = reasons.map(({ text }) => wrap(`- ${text}`, "    ", look.width));
      const ways = remedies.map(({ text, verified }) =>
        wrap(`- ${text}${verified ? "" : " (not tried)"}`, "    ", look.width),
      );
      const head = `  ${paint(look, "red", model)} does not fit\n`;
      return `${head}${why.join("")}${ways.length > 0 ? "    What would work:\n" : ""}${ways.join("")}`;
    })
    .join("");
}
