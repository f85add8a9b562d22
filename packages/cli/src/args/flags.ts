import { parseTokens, shown } from "@berth/core";
import { UsageError } from "../usage-error.ts";

/** The arguments of one call, by the names of their definitions; numbers are checked when asked for. */
export interface Flags {
  isSet(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  /** A whole number of at least `least`. Throws a UsageError for anything else. */
  whole(name: string, least: number): number | undefined;
  /** Tokens: 8192 or "32k". Throws a UsageError for anything else. */
  tokens(name: string): number | undefined;
  /** A number above 0 and below 1. Throws a UsageError for anything else. */
  fraction(name: string): number | undefined;
  /** A number of at least `least`. Throws a UsageError that says what was expected for anything else. */
  atLeast(name: string, least: number, expected: string): number | undefined;
  /** A number from 0 to 1. Throws a UsageError for anything else. */
  part(name: string): number | undefined;
  /** Numbers with commas between them, of all times that it is given. Throws a UsageError where one is not right. */
  numbers(
    name: string,
    expected: string,
    isRight: (value: number) => boolean,
  ): readonly number[] | undefined;
}

export function flagsOf(values: ReadonlyMap<string, readonly string[]>): Flags {
  const text = (name: string): string | undefined => values.get(name)?.at(-1);
  const read = (
    name: string,
    expected: string,
    reader: (given: string) => number | undefined,
  ): number | undefined => {
    const given = text(name);
    const value = given === undefined ? undefined : reader(given);
    if (given !== undefined && value === undefined) {
      throw new UsageError(`--${name}: expected ${expected}, got ${shown(given)}`);
    }
    return value;
  };
  return {
    isSet: (name) => values.has(name),
    text,
    texts: (name) => values.get(name) ?? [],
    whole: (name, least) =>
      read(name, `a whole number of at least ${least}`, (given) =>
        numberIf(given, (value) => Number.isSafeInteger(value) && value >= least),
      ),
    tokens: (name) =>
      read(name, "tokens such as 8192 or 32k", (given) => {
        const value = parseTokens(given);
        return value !== undefined && value >= 1 ? value : undefined;
      }),
    fraction: (name) =>
      read(name, "a number above 0 and below 1", (given) =>
        numberIf(given, (value) => value > 0 && value < 1),
      ),
    atLeast: (name, least, expected) =>
      read(name, expected, (given) =>
        numberIf(given, (value) => Number.isFinite(value) && value >= least),
      ),
    part: (name) =>
      read(name, "a number from 0 to 1", (given) =>
        numberIf(given, (value) => value >= 0 && value <= 1),
      ),
    numbers: (name, expected, isRight) =>
      values.get(name)?.flatMap((given) =>
        given.split(",").map((text) => {
          const value = numberIf(text, isRight);
          if (value === undefined) {
            throw new UsageError(`--${name}: expected ${expected}, got ${shown(given)}`);
          }
          return value;
        }),
      ),
  };
}

function numberIf(given: string, isRight: (value: number) => boolean): number | undefined {
  const value = given.trim() === "" ? Number.NaN : Number(given);
  return isRight(value) ? value : undefined;
}
