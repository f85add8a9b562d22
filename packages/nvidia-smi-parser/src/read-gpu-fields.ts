import { type KeyOf, NUMBER_FIELDS, type Places, TEXT_FIELDS } from "./gpu-fields.ts";
import { printedBareNumber, printedNumber, printedText } from "./printed-values.ts";
import type { Gpu } from "./types.ts";

/** Every field that `format` prints, read through `textAt`, which gives the printed text of one place. */
export function readGpuFields(
  format: keyof Places,
  textAt: (place: string) => string | undefined,
): Gpu {
  const first = (places: readonly string[]) =>
    places.map(textAt).find((text): text is string => text !== undefined);
  const readNumber = format === "csv" ? printedBareNumber : printedNumber;
  const gpu: { -readonly [K in KeyOf<string> | KeyOf<number>]?: NonNullable<Gpu[K]> } = {};
  for (const { field, ...places } of TEXT_FIELDS) {
    const text = first(places[format]);
    if (text !== undefined) {
      gpu[field] = printedText(text);
    }
  }
  for (const { field, unit, ...places } of NUMBER_FIELDS) {
    const text = first(places[format]);
    if (text !== undefined) {
      gpu[field] = readNumber(text, unit);
    }
  }
  return gpu;
}
