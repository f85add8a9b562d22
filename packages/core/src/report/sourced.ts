/** Where a number is from: stated by its maker, measured, derived by a law, or assumed for want of better. */
export type Basis = "stated" | "measured" | "derived" | "assumed";

/** A number from the world with its origin; `source` is an id of data/sources.json. */
export interface Sourced<T = number> {
  readonly value: T;
  readonly basis: Basis;
  readonly source: string;
}
