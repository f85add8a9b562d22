import { samePower } from "../../units/same-math.ts";

/** A number with its dimension: the powers of seconds, requests and tokens in it. */
export interface Quantity {
  readonly value: number;
  readonly dimension: Dimension;
}

export type Dimension = Readonly<Record<(typeof BASES)[number], number>>;

const BASES = ["second", "request", "token"] as const;

export const PLAIN: Dimension = { second: 0, request: 0, token: 0 };

export function plain(value: number): Quantity {
  return { value, dimension: PLAIN };
}

export function isPlain({ dimension }: Quantity): boolean {
  return isSame(dimension, PLAIN);
}

export function isSame(a: Dimension, b: Dimension): boolean {
  return BASES.every((base) => a[base] === b[base]);
}

/** The dimension with every power worked out anew. */
function mapped(of: (base: (typeof BASES)[number]) => number): Dimension {
  return { second: of("second"), request: of("request"), token: of("token") };
}

export function times(a: Quantity, b: Quantity): Quantity {
  return {
    value: a.value * b.value,
    dimension: mapped((base) => a.dimension[base] + b.dimension[base]),
  };
}

export function over(a: Quantity, b: Quantity): Quantity {
  return {
    value: a.value / b.value,
    dimension: mapped((base) => a.dimension[base] - b.dimension[base]),
  };
}

/** To the power of a plain number. */
export function raised(a: Quantity, power: number): Quantity {
  return {
    value: samePower(a.value, power),
    // a power that is no number makes the value none either
    dimension: isPlain(a) ? PLAIN : mapped((base) => a.dimension[base] * power),
  };
}

/** What people call such a quantity. */
export function dimensionText(dimension: Dimension): string {
  const known = NAMES.find(([own]) => isSame(own, dimension));
  const powers = BASES.filter((base) => dimension[base] !== 0).map(
    (base) => `${base}${dimension[base] === 1 ? "" : `^${dimension[base]}`}`,
  );
  return known?.[1] ?? `a quantity in ${powers.join(" ")}`;
}

export const TIME: Dimension = { ...PLAIN, second: 1 };
export const REQUESTS: Dimension = { ...PLAIN, request: 1 };
export const TOKENS: Dimension = { ...PLAIN, token: 1 };
export const FREQUENCY: Dimension = { ...PLAIN, second: -1 };
export const REQUEST_RATE: Dimension = { ...FREQUENCY, request: 1 };

const NAMES: readonly (readonly [Dimension, string])[] = [
  [PLAIN, "a plain number"],
  [TIME, "a time"],
  [REQUESTS, "a number of requests"],
  [TOKENS, "a number of tokens"],
  [FREQUENCY, "a number a second"],
  [REQUEST_RATE, "a rate of requests"],
  [{ ...FREQUENCY, token: 1 }, "a rate of tokens"],
];
