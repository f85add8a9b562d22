/** A share of a bar and the character that draws it. */
export interface BarPart {
  readonly bytes: number;
  readonly mark: string;
}

/** Parts of `total` as a bar of `width` characters; what is left of it is drawn as dots. */
export function memoryBar(parts: readonly BarPart[], total: number, width: number): string {
  let bar = "";
  let sum = 0;
  for (const { bytes, mark } of parts) {
    sum += bytes;
    const end = total > 0 ? Math.round((Math.min(sum, total) / total) * width) : 0;
    bar = bar.padEnd(end, mark);
  }
  return bar.padEnd(width, "·");
}
