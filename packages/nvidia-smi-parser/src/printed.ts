/**
 * One printed field: its value, or the words that stand where a value would be ("N/A", "ERR!",
 * "[Not Supported]", "Unknown Error", …, exactly as printed). A field that was not printed at all is
 * absent from its object instead.
 */
export type Printed<T> = { readonly value: T } | { readonly unavailable: string };

/** The value, or undefined where the field is absent or was printed as unavailable. */
export function printedValue<T>(printed: Printed<T> | undefined): T | undefined {
  return printed !== undefined && "value" in printed ? printed.value : undefined;
}

/** The words printed in place of a value ("N/A"), or undefined where there is a value or no field. */
export function unavailableReason(printed: Printed<unknown> | undefined): string | undefined {
  return printed !== undefined && "unavailable" in printed ? printed.unavailable : undefined;
}
