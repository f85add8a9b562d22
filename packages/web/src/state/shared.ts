/**
 * `after`, with every part that is as it was in `before` taken from there; `before` itself where nothing has changed.
 * What comes from a worker or a parser is new each time: so that what is drawn from an unchanged part stays as it is.
 * Compares lists by place, maps and plain objects by key.
 */
export function shared<T>(before: unknown, after: T): T {
  if (Object.is(before, after)) {
    return after;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return sharedList(before, after) as T;
  }
  if (before instanceof Map && after instanceof Map) {
    return sharedMap(before, after) as T;
  }
  return isPlain(before) && isPlain(after) ? (sharedObject(before, after) as T) : after;
}

function sharedList(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const list = after.map((value, place) => shared(before[place], value));
  const isSame =
    before.length === list.length && list.every((value, place) => Object.is(value, before[place]));
  return isSame ? before : list;
}

type Entries = ReadonlyMap<unknown, unknown>;

function sharedMap(before: Entries, after: Entries): Entries {
  const entries = [...after].map(([key, value]) => [key, shared(before.get(key), value)] as const);
  return isSameKeyed([...before], entries) ? before : new Map(entries);
}

type Plain = Readonly<Record<string, unknown>>;

function sharedObject(before: Plain, after: Plain): Plain {
  const entries = Object.entries(after).map(
    ([key, value]) => [key, shared(before[key], value)] as const,
  );
  return isSameKeyed(Object.entries(before), entries) ? before : Object.fromEntries(entries);
}

type Keyed = readonly (readonly [key: unknown, value: unknown])[];

/** In the same order too, which is part of what is drawn. */
function isSameKeyed(before: Keyed, after: Keyed): boolean {
  return (
    before.length === after.length &&
    after.every(
      ([key, value], place) => key === before[place]?.[0] && Object.is(value, before[place]?.[1]),
    )
  );
}

function isPlain(value: unknown): value is Plain {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
