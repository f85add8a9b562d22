import { shown } from "@berth/core";
import { UsageError } from "../usage-error.ts";

/** The arguments of one call, by the names of their definitions; numbers are checked when asked for. */
export interface Flags {
  isSet(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  /** A whole number of at least `least`. Throws a UsageError for anything else. */
  whole(name: string, least: number): number | undefined;
  /** A number above 0 and at most 1. Throws a UsageError for anything else. */
  fraction(name: string): number | undefined;
}

export function flagsOf(values: ReadonlyMap<string, readonly string[]>): Flags {
  const text = (name: string): string | undefined => values.get(name)?.at(-1);
  const number = (name: string, expected: string, isRight: (value: number) => boolean) => {
    const given = text(name);
    if (given === undefined) {
      return undefined;
    }
    const value = given.trim() === "" ? Number.NaN : Number(given);
    if (!isRight(value)) {
      throw new UsageError(`--${name}: expected ${expected}, got ${shown(given)}`);
    }
    return value;
  };
  return {
    isSet: (name) => values.has(name),
    text,
    texts: (name) => values.get(name) ?? [],
    whole: (name, least) =>
      number(
        name,
        `a whole number of at least ${least}`,
        (value) => Number.isSafeInteger(value) && value >= least,
      ),
    fraction: (name) =>
      number(name, "a number above 0 and at most 1", (value) => value > 0 && value <= 1),
  };
}
