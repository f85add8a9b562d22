import * as z from "zod";

/** The keys that an object may have where this path leads, one list for each form that it may take; none where it has no object. */
export function formsAt(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
): readonly (readonly string[])[] {
  return path
    .reduce<readonly z.core.$ZodType[]>(
      (inside, part) => inside.flatMap((one) => formsOf(one).flatMap((form) => under(form, part))),
      [schema],
    )
    .flatMap(formsOf)
    .flatMap((form) => (form instanceof z.ZodObject ? [Object.keys(form.shape)] : []));
}

/** What a schema is where it is there: each form of a union. */
function formsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional) {
    return formsOf(schema.unwrap());
  }
  return schema instanceof z.ZodUnion ? schema.options.flatMap(formsOf) : [schema];
}

/** What stands at a key or an index. */
function under(schema: z.core.$ZodType, part: PropertyKey): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) {
    return [schema.element];
  }
  const found = schema instanceof z.ZodObject ? schema.shape[part as string] : undefined;
  return found === undefined ? [] : [found];
}
