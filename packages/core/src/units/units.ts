import type { Quantity } from "./quantity.ts";

/** A number of bytes. */
export type Bytes = Quantity<"byte">;
/** A number of tokens. */
export type Tokens = Quantity<"token">;
export type Seconds = Quantity<"second">;
export type RequestsPerSecond = Quantity<"request/second">;

export const KIB = 1024;
/** Bytes of a mebibyte. */
export const MIB: number = 1024 ** 2;
/** Bytes of a gibibyte. */
export const GIB: number = 1024 ** 3;

/** Whole bytes. Throws a RangeError for what is no integer of at most 2^53 - 1 (9 PB). */
export function bytes(value: number): Bytes {
  return whole(value, "bytes") as Bytes;
}

/** Whole tokens. Throws a RangeError for what is no safe integer. */
export function tokens(value: number): Tokens {
  return whole(value, "tokens") as Tokens;
}

/** Throws a RangeError for what is negative or no number. */
export function seconds(value: number): Seconds {
  return amount(value, "seconds") as Seconds;
}

/** Throws a RangeError for what is negative or no number. */
export function requestsPerSecond(value: number): RequestsPerSecond {
  return amount(value, "requests per second") as RequestsPerSecond;
}

export function mib(value: number): Bytes {
  return bytes(Math.round(value * MIB));
}

function whole(value: number, unit: string): number {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`${unit}: expected a safe integer, got ${value}`);
  }
  return value;
}

function amount(value: number, unit: string): number {
  if (!(value >= 0)) {
    throw new RangeError(`${unit}: expected a number of at least 0, got ${value}`);
  }
  return value;
}
