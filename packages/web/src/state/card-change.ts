/** One card more, less, or another in its place. */
export type CardChange =
  | { readonly kind: "add"; readonly host: string; readonly gpu: string }
  | { readonly kind: "lose"; readonly card: string }
  | { readonly kind: "swap"; readonly card: string; readonly gpu: string };

/** "box:10" is the card 10 of box. */
export function placeOf(card: string): { readonly host: string; readonly index: number } {
  const colon = card.lastIndexOf(":");
  return { host: card.slice(0, colon), index: Number(card.slice(colon + 1)) };
}
