import { isReadablePattern } from "../model/excluded.ts";
import { type Fields, shownSafely } from "./fields.ts";

/**
 * Modules that stay in 16 bits, from the first of these keys that the file has. The output head is
 * always among them: none of these formats touches it unless the file says so (see its readers).
 * Throws an InputError at a pattern that can't be matched.
 */
export function readExclusions(
  fields: Fields,
  keys: readonly string[],
  quantizesHead = false,
): readonly string[] {
  const key = keys.find((candidate) => fields.has(candidate));
  const listed = key === undefined ? [] : fields.texts(key);
  const odd = listed.find((pattern) => !isReadablePattern(pattern));
  if (key !== undefined && odd !== undefined) {
    throw fields.bad(
      key,
      `expected names, globs or simple "re:" patterns, got ${shownSafely(odd)}`,
    );
  }
  return quantizesHead || listed.includes("lm_head") ? listed : [...listed, "lm_head"];
}
