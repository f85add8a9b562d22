import { InputError } from "../report/errors.ts";

/** JavaScript's name for what an object inherits from: what copies keys one by one would set that. */
export const PROTOTYPE_KEY = "__proto__";

export const PROTOTYPE_KEY_PROBLEM =
  "expected no key of that name, which JavaScript has for something else, got one";

/** A text without it has no such key; JSON may write the low line by its number. */
const HINT = /__proto__|\\u005f/i;

/** Throws an InputError that says where an object of this JSON text has the key `__proto__`. */
export function refusePrototypeKey(file: string, text: string, value: unknown): void {
  const key = HINT.test(text) ? placeIn(value) : undefined;
  if (key !== undefined) {
    throw new InputError({ file, key }, PROTOTYPE_KEY_PROBLEM);
  }
}

/** "a[0].__proto__"; undefined where no object has it. */
function placeIn(value: unknown, place = ""): string | undefined {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  const own = (key: string): string =>
    Array.isArray(value) ? `${place}[${key}]` : `${place}${place === "" ? "" : "."}${key}`;
  if (Object.hasOwn(value, PROTOTYPE_KEY)) {
    return own(PROTOTYPE_KEY);
  }
  for (const [key, inside] of Object.entries(value)) {
    const found = placeIn(inside, own(key));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
