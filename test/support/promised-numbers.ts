/** Paths of all values of a JSON document that are null: what JSON makes of NaN and the infinities. */
export function nullsIn(value: unknown, path = "$"): readonly string[] {
  if (value === null || (typeof value === "number" && !Number.isFinite(value))) {
    return [path];
  }
  return typeof value === "object"
    ? Object.entries(value as object).flatMap(([key, own]) => nullsIn(own, `${path}.${key}`))
    : [];
}
