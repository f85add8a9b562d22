import type { Quantity } from "./quantity.ts";

export type Bytes = Quantity<"byte">;
export type Tokens = Quantity<"token">;

export const KIB = 1024;
export const MIB: number = 1024 ** 2;
export const GIB: number = 1024 ** 3;

/** Whole bytes. Throws a RangeError for what is no integer of at most 2^53 - 1 (9 PB). */
export function bytes(value: number): Bytes {
  return whole(value, "bytes") as Bytes;
}

/** Whole tokens. Throws a RangeError for what is no safe integer. */
export function tokens(value: number): Tokens {
  return whole(value, "tokens") as Tokens;
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
