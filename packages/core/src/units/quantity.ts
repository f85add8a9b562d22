declare const unitOf: unique symbol;

/** A number that carries its unit in its type. Arithmetic drops the brand: brand once, at the return. */
export type Quantity<Unit extends string> = number & { readonly [unitOf]: Unit };
