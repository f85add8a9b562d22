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
  flag(key: string, fallback: boolean): boolean;
  text(key: string): string | undefined;
  /** An array of strings; empty where the key is absent. */
  texts(key: string): readonly string[];
  /** The object under a key; undefined where it is absent. */
  object(key: string): Fields | undefined;
  /** The complaint about one key, for the caller to throw. */
  bad(key: string, problem: string): InputError;
}

/** Most strings read from one list. The longest seen has 1,129 (a DeepSeek FP8 checkpoint); more is no config. */
const MAX_LIST = 100_000;

/** Reads an object's own keys only. Throws an InputError where `value` is no object. */
export function fieldsOf(file: string, value: unknown, prefix = ""): Fields {
  if (!isRecord(value)) {
    throw new InputError(placeOf(file, prefix), `expected an object, got ${kindOf(value)}`);
  }
  const raw = (key: string): unknown =>
    Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined;
  const bad = (key: string, problem: string): InputError =>
    new InputError({ file, key: prefix === "" ? key : `${prefix}.${key}` }, problem);
  const count = (key: string, most: number, fallback?: number): number => {
    const got = raw(key) ?? fallback;
    if (!isCount(got, most)) {
      throw bad(key, expectedCount(got, most));
    }
    return got;
  };
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
    count,
    flag,
    text: (key) => textOf(raw(key), (problem) => bad(key, problem)),
    texts: (key) => textsOf(raw(key), (problem) => bad(key, problem)),
    object: (key) => {
      const got = raw(key);
      return got === undefined
        ? undefined
        : fieldsOf(file, got, prefix === "" ? key : `${prefix}.${key}`);
    },
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

function isCount(value: unknown, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most;
}

function expectedCount(got: unknown, most: number): string {
  if (got === undefined) {
    return "expected a positive integer, but it is missing";
  }
  const tooLarge = typeof got === "number" && got > most;
  return tooLarge
    ? `expected at most ${most}, got ${shownSafely(got)}`
    : `expected a positive integer, got ${shownSafely(got)}`;
}

function textOf(value: unknown, bad: (problem: string) => InputError): string | undefined {
  if (value !== undefined && typeof value !== "string") {
    throw bad(`expected text, got ${shownSafely(value)}`);
  }
  return value;
}

function textsOf(value: unknown, bad: (problem: string) => InputError): readonly string[] {
  if (value === undefined) {
    return [];
  }
  if (!Array.isArray(value) || value.length > MAX_LIST) {
    throw bad(`expected a list of at most ${MAX_LIST} names, got ${kindOf(value)}`);
  }
  return value.map((item: unknown) => {
    if (typeof item !== "string") {
      throw bad(`expected a list of names, got ${shownSafely(item)} in it`);
    }
    return item;
  });
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) {
    return `a list of ${value.length}`;
  }
  return typeof value === "object" && value !== null ? "an object" : shown(value);
}

function placeOf(file: string, prefix: string): Place {
  return prefix === "" ? { file } : { file, key: prefix };
}
