import { type Bytes, bytes, GIB, KIB, MIB, type Tokens, tokens } from "./units.ts";

const BYTE_UNITS = {
  B: 1,
  KiB: KIB,
  MiB: MIB,
  GiB: GIB,
  TiB: GIB * KIB,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
} as const;

const BYTES_TEXT = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]i?B|B)\s*$/;
const TOKENS_TEXT = /^\s*(\d+(?:\.\d+)?)\s*([kKmM]?)\s*$/;

/** Bytes from text such as "24 GiB" or "512MB"; the unit is required. Undefined for anything else. */
export function parseBytes(text: string): Bytes | undefined {
  const match = BYTES_TEXT.exec(text);
  if (match === null) {
    return undefined;
  }
  const scale = BYTE_UNITS[match[2] as keyof typeof BYTE_UNITS];
  return safe(Math.round(Number(match[1]) * scale), bytes);
}

/** Tokens from a whole number or text such as "32k" (32 · 1024) or "1M" (1024²). Undefined for anything else. */
export function parseTokens(text: string | number): Tokens | undefined {
  const match = TOKENS_TEXT.exec(String(text));
  if (match === null) {
    return undefined;
  }
  const value = Number(match[1]) * TOKEN_UNITS[match[2]?.toLowerCase() as keyof typeof TOKEN_UNITS];
  return Number.isInteger(value) ? safe(value, tokens) : undefined;
}

const TOKEN_UNITS = { "": 1, k: 1024, m: 1024 ** 2 } as const;

function safe<T>(value: number, brand: (value: number) => T): T | undefined {
  return Number.isSafeInteger(value) ? brand(value) : undefined;
}
