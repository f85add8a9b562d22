import { InputError, type Place, shown } from "../report/errors.ts";

/** One JSON object of an input file, read key by key; every complaint names the file and the key. */
export interface Fields {
  readonly file: string;
  /** The value as it came; undefined where the key is absent. Null counts as absent. */
  raw(key: string): unknown;
  has(key: string): boolean;
  keys(): readonly string[];
  /** A whole number from 1 to `most`; the fallback where the key is absent, an InputError where there is none. */
  count(key: string, most: number, fallback?: number): number;
  /** The same from 0 to `most`. */
  countOrZero(key: string, most: number, fallback?: number): number;
  /** A list of whole numbers from 0 to `most`; empty where the key is absent. */
  counts(key: string, most: number): readonly number[];
  flag(key: string, fallback: boolean): boolean;
  text(key: string): string | undefined;
  /** An array of strings; empty where the key is absent. */
  texts(key: string): readonly string[];
  /** The object under a key; undefined where it is absent. */
  object(key: string): Fields | undefined;
  /** The objects of a list; empty where the key is absent. */
  objects(key: string): readonly Fields[];
  /**
   * These fields with `defaults` in place of absent keys. A null stays: it says that there is none. `names`
   * are other names that a family has for a key; complaints use the name that the file has.
   */
  completed(how: {
    readonly defaults?: Readonly<Record<string, unknown>>;
    readonly names?: Readonly<Record<string, string>>;
  }): Fields;
  /** The complaint about one key, for the caller to throw. */
  bad(key: string, problem: string): InputError;
}

interface Naming {
  /** The path of the object in its file. */
  readonly prefix?: string;
  /** Our key → the name that the file has for it. */
  readonly names?: Readonly<Record<string, string>>;
}

/** Most items read from one list. The longest seen has 1,129 (a DeepSeek FP8 checkpoint); more is no config. */
const MAX_LIST = 100_000;

/** Reads an object's own keys only. Throws an InputError where `value` is no object. */
export function fieldsOf(
  file: string,
  value: unknown,
  { prefix = "", names = {} }: Naming = {},
): Fields {
  if (!isRecord(value)) {
    throw new InputError(placeOf(file, prefix), `expected an object, got ${kindOf(value)}`);
  }
  const raw = (key: string): unknown =>
    Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined;
  const path = (key: string): string => {
    const own = Object.hasOwn(names, key) ? (names[key] ?? key) : key;
    return prefix === "" ? own : `${prefix}.${own}`;
  };
  const bad = (key: string, problem: string): InputError =>
    new InputError({ file, key: path(key) }, problem);
  const whole =
    (least: 0 | 1) =>
    (key: string, most: number, fallback?: number): number => {
      const got = raw(key) ?? fallback;
      if (!isCount(got, { least, most })) {
        throw bad(key, expectedCount(got, { least, most }));
      }
      return got;
    };
  const list = (key: string): readonly unknown[] =>
    listOf(raw(key), (problem) => bad(key, problem));
  const flag = (key: string, fallback: boolean): boolean => {
    const got = raw(key) ?? fallback;
    if (typeof got !== "boolean") {
      throw bad(key, `expected true or false, got ${shownSafely(got)}`);
    }
    return got;
  };
  return {
    file,
    raw,
    has: (key) => raw(key) !== undefined,
    keys: () => Object.keys(value),
    count: whole(1),
    countOrZero: whole(0),
    counts: (key, most) => list(key).map((item) => countIn(item, most, (why) => bad(key, why))),
    flag,
    text: (key) => textOf(raw(key), (problem) => bad(key, problem)),
    texts: (key) => list(key).map((item) => textIn(item, (problem) => bad(key, problem))),
    object: (key) => {
      const got = raw(key);
      return got === undefined ? undefined : fieldsOf(file, got, { prefix: path(key) });
    },
    objects: (key) =>
      list(key).map((item, index) => fieldsOf(file, item, { prefix: `${path(key)}.${index}` })),
    completed: ({ defaults = {}, names: own = {} }) =>
      fieldsOf(file, { ...defaults, ...value, ...renamed(value, own) }, { prefix, names: own }),
    bad,
  };
}

/** What came, in few words, whatever it is. */
export function shownSafely(value: unknown): string {
  return typeof value === "number" ? String(value) : kindOf(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The family's own names, where the file has them, under ours. */
function renamed(
  value: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(names)
      .filter(([, own]) => Object.hasOwn(value, own))
      .map(([key, own]) => [key, value[own]]),
  );
}

interface Range {
  readonly least: 0 | 1;
  readonly most: number;
}

function isCount(value: unknown, { least, most }: Range): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

function expectedCount(got: unknown, { least, most }: Range): string {
  const wanted = least === 1 ? "a positive integer" : "a whole number";
  if (got === undefined) {
    return `expected ${wanted}, but it is missing`;
  }
  const tooLarge = typeof got === "number" && got > most;
  return tooLarge
    ? `expected at most ${most}, got ${shownSafely(got)}`
    : `expected ${wanted}, got ${shownSafely(got)}`;
}

function textOf(value: unknown, bad: (problem: string) => InputError): string | undefined {
  if (value !== undefined && typeof value !== "string") {
    throw bad(`expected text, got ${shownSafely(value)}`);
  }
  return value;
}

function listOf(value: unknown, bad: (problem: string) => InputError): readonly unknown[] {
  if (value === undefined) {
    return [];
  }
  if (!Array.isArray(value) || value.length > MAX_LIST) {
    throw bad(`expected a list of at most ${MAX_LIST}, got ${kindOf(value)}`);
  }
  return value;
}

function textIn(item: unknown, bad: (problem: string) => InputError): string {
  if (typeof item !== "string") {
    throw bad(`expected a list of names, got ${shownSafely(item)} in it`);
  }
  return item;
}

function countIn(item: unknown, most: number, bad: (problem: string) => InputError): number {
  if (!isCount(item, { least: 0, most })) {
    throw bad(`expected a list of whole numbers up to ${most}, got ${shownSafely(item)} in it`);
  }
  return item;
}

/** Longest list of numbers that is shown: a shape has 8 at the most. */
const MAX_SHOWN = 10;

function kindOf(value: unknown): string {
  if (Array.isArray(value)) {
    const isShort = value.length > 0 && value.length <= MAX_SHOWN;
    return isShort && value.every((item) => typeof item === "number")
      ? `[${value.join(", ")}]`
      : `a list of ${value.length}`;
  }
  return typeof value === "object" && value !== null ? "an object" : shown(value);
}

function placeOf(file: string, prefix: string): Place {
  return prefix === "" ? { file } : { file, key: prefix };
}
