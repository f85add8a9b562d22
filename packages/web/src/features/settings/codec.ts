import { parseBytes, parseTokens } from "@berth/core";
import { SETTINGS_TEXT } from "../../text/settings-en.ts";

/** How a value of the fleet file stands in a field: as text, and back. An empty text is no value. */
export interface Codec {
  readonly show: (value: unknown) => string;
  /** The value of a text without a problem. */
  readonly read: (text: string) => unknown;
  /** One sentence on what is wrong with a text that is not empty; undefined where nothing is. */
  readonly problem: (text: string) => string | undefined;
}

const { problems } = SETTINGS_TEXT;
const DIGITS = /^\d{1,7}$/;

/** The largest count that the fleet file takes. */
const MOST = 1_000_000;
/** Values that one list of settings may have. */
const MOST_CHOICES = 6;

const plain = (value: unknown): string => (value === undefined ? "" : String(value));

/** Any text. */
export const text: Codec = { show: plain, read: (typed) => typed, problem: () => undefined };

/** "24 GiB" */
export const size: Codec = {
  show: plain,
  read: (typed) => typed,
  problem: (typed) => (parseBytes(typed) === undefined ? problems.size(typed) : undefined),
};

/** 8192 or "8k" */
const tokenCount: Codec = {
  show: plain,
  read: (typed) => (/^\d+$/.test(typed) ? Number(typed) : typed),
  problem: (typed) => (parseTokens(typed) === undefined ? problems.tokens(typed) : undefined),
};

const count: Codec = {
  show: plain,
  read: Number,
  problem: (typed) =>
    DIGITS.test(typed) && Number(typed) >= 1 && Number(typed) <= MOST
      ? undefined
      : problems.count(typed),
};

const index: Codec = {
  show: plain,
  read: Number,
  problem: (typed) =>
    DIGITS.test(typed) && Number(typed) <= MOST ? undefined : problems.index(typed),
};

export const tokens: Codec = tokenCount;
/** One number of tokens, or several to choose from. */
export const tokenCounts: Codec = listOf(tokenCount, MOST_CHOICES);
/** One count, or several to choose from. */
export const counts: Codec = listOf(count, MOST_CHOICES);
/** Numbers of cards. */
export const indices: Codec = listOf(index);
/** Names with commas; always a list. */
export const names: Codec = { ...listOf(text), read: (typed) => parts(typed) };

/** "99 %" or 0.99 */
export const chance: Codec = {
  show: (value) => (typeof value === "number" ? `${Number((value * 100).toPrecision(12))} %` : ""),
  read: (typed) => fraction(typed),
  problem: (typed) => {
    const read = fraction(typed);
    return read >= LEAST_CHANCE && read <= MOST_CHANCE ? undefined : problems.chance(typed);
  },
};

/** What a plan can be made for: even odds, to one miss in ten thousand million. */
const LEAST_CHANCE = 0.5;
const MOST_CHANCE = 1 - 1e-10;

/** More than a chance can mean, and fewer than arithmetic spoils. */
const DIGITS_KEPT = 14;

function fraction(typed: string): number {
  const [, digits = "", sign = ""] = /^(\d*\.?\d+)\s*(%?)$/.exec(typed.trim()) ?? [];
  // 99.9 / 100 is not quite 0.999
  const value = Number(digits) / (sign === "%" ? 100 : 1);
  return digits === "" ? Number.NaN : Number(value.toPrecision(DIGITS_KEPT));
}

/** Several with commas; one alone is no list. */
function listOf(one: Codec, most?: number): Codec {
  return {
    show: (value) => [value ?? []].flat().map(one.show).join(", "),
    read: (typed) => {
      const read = parts(typed).map(one.read);
      return read.length === 1 ? read[0] : read;
    },
    problem: (typed) => {
      const each = parts(typed);
      return most !== undefined && each.length > most
        ? problems.many(most)
        : each.map(one.problem).find((problem) => problem !== undefined);
    },
  };
}

/** What stands between commas. */
export function parts(typed: string): readonly string[] {
  return typed
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}
