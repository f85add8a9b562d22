import type { JsonBytes } from "./json-bytes.ts";

/** Writes a value as JSON.stringify does. A document's description is one function, made of these. */
export type WriteJson<T> = (value: T, out: JsonBytes) => void;

/** Text of which many documents have the same. */
export const name: WriteJson<string> = (value, out) => out.name(value);

export const text: WriteJson<string> = (value, out) => out.json(JSON.stringify(value));

export const number: WriteJson<number> = (value, out) => out.number(value);

export const truth: WriteJson<boolean> = (value, out) => out.put(value ? TRUE : FALSE);

/** An object with these keys in this order; those that are undefined are left out. */
export function object<T extends object>(
  keys: {
    readonly [Key in keyof T]-?: WriteJson<NonNullable<T[Key]>>;
  },
): WriteJson<T> {
  const fields = Object.entries(keys).map(([key, write]) => ({
    key: key as keyof T,
    start: Buffer.from(`,${JSON.stringify(key)}:`),
    write: write as WriteJson<unknown>,
  }));
  return (value, out) => {
    const at = out.length;
    for (const { key, start, write } of fields) {
      const field = value[key];
      if (field !== undefined) {
        out.put(start);
        write(field, out);
      }
    }
    enclose(out, at, "{}");
  };
}

/** Numbers by name. */
export const numbers: WriteJson<Readonly<Record<string, number>>> = (values, out) => {
  const at = out.length;
  for (const key of Object.keys(values)) {
    out.key(key);
    out.number(values[key] ?? Number.NaN);
  }
  enclose(out, at, "{}");
};

export function list<T>(write: WriteJson<T>): WriteJson<readonly T[]> {
  return (values, out) => {
    const at = out.length;
    for (const value of values) {
      out.put(COMMA);
      write(value, out);
    }
    enclose(out, at, "[]");
  };
}

/** What is one object in many documents, and never changes: it is written once and copied from then on. */
export function shared<T extends object>(
  write: WriteJson<T>,
  isKept: (value: T) => boolean = () => true,
): WriteJson<T> {
  const known = new WeakMap<T, Uint8Array>();
  return (value, out) => {
    const bytes = known.get(value);
    if (bytes !== undefined) {
      out.put(bytes);
      return;
    }
    const at = out.length;
    write(value, out);
    if (isKept(value)) {
      known.set(value, out.copyFrom(at));
    }
  };
}

/** Like shared, for what is one object in many documents where it is frozen, and in one only where it is not. */
export function frozen<T extends object>(write: WriteJson<T>): WriteJson<T> {
  return shared(write, Object.isFrozen);
}

/** Brackets around what was written from `at` on, item by item: the comma before the first makes place for one. */
export function enclose(out: JsonBytes, at: number, brackets: "{}" | "[]"): void {
  if (out.length === at) {
    out.put(COMMA);
  }
  const [open, close] = brackets === "{}" ? BRACES : SQUARE;
  out.set(at, open);
  out.put(close);
}

/** Joins an object, written at `at`, to the keys before it: its opening brace becomes a comma. */
export function continueAt(out: JsonBytes, at: number): void {
  out.set(at, COMMA_BYTE);
}

const COMMA_BYTE = 0x2c;
const COMMA = Buffer.from(",");
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const BRACES = [0x7b, Buffer.from("}")] as const;
const SQUARE = [0x5b, Buffer.from("]")] as const;
