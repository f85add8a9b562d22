import type * as z from "zod";

/** Zod stops at the first thing that is wrong; it has the option for its own use only. */
const FIRST_ALONE: z.core.ParseContextInternal<z.core.$ZodIssue> = { abortEarly: true };

/**
 * Whether a value is of a schema, and what is wrong with it. Zod gathers all that is wrong as arguments of one call, which
 * ends the stack where some ten thousand things are: then the first of them has to do.
 */
export function checkSchema<T>(schema: z.ZodType<T>, value: unknown): z.ZodSafeParseResult<T> {
  try {
    return schema.safeParse(value);
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
    return schema.safeParse(value, FIRST_ALONE);
  }
}
