const ELLIPSIS = "…";

/** At most so many characters; what is cut off is an ellipsis. */
export function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most
    ? text
    : `${characters.slice(0, Math.max(0, most - 1)).join("")}${ELLIPSIS}`;
}
