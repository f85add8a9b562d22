import { cardRanges, emptyCardText, type PlanDocument } from "@berth/core";
import { wrap } from "./wrap.ts";

/** The cards that no replica is on, those of one reason together: "  box:1-2: left empty: …"; "" where all are in use. */
export function printEmptyCards(
  { emptyCards = [] }: Pick<PlanDocument, "emptyCards">,
  { width }: { readonly width: number },
): string {
  const cards = new Map<string, string[]>();
  for (const card of emptyCards) {
    const text = emptyCardText(card);
    cards.set(text, [...(cards.get(text) ?? []), card.gpu]);
  }
  return [...cards].map(([text, ids]) => wrap(`${cardRanges(ids)}: ${text}`, "  ", width)).join("");
}
