// What readers trip over: numbers at the edges, keys of the prototype, nesting, texts that mean something elsewhere.

export const NUMBERS: readonly string[] = [
  "0",
  "-0",
  "-1",
  "1",
  "0.5",
  "1e-320",
  "1e308",
  "1e999",
  "-1e999",
  "NaN",
  "Infinity",
  "-Infinity",
  "9007199254740991",
  "9007199254740992",
  "9007199254740993",
  "18446744073709551615",
  "2147483648",
  "4294967295",
  "1000000",
  "100000000",
  "999999999999999",
  `1${"0".repeat(400)}`,
  "0x7fffffff",
  "0o17",
  "1_000",
];

export const KEYS: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "toJSON",
  "then",
  "length",
  "0",
  "",
  " ",
  "a\nb",
  "\u001b[31m",
  "\u202e",
];

export const TEXTS: readonly string[] = [
  "",
  " ",
  "\u0000",
  "\u001b]0;owned\u0007",
  "a\nb\r\nc",
  "\u2028",
  "\u202e",
  "\ud800",
  "../../../etc/passwd",
  "/dev/zero",
  "$(touch owned)",
  "`id`",
  "{{7*7}}",
  "(a+)+$",
  "%s%n",
  "null",
  "true",
  "~",
  "NaN",
  "-",
  "=",
  "\ufeff",
  "999999999999999999 GiB",
  "-5 GiB",
  "1e400 GiB",
];

/** JSON and YAML as text, as no tree can hold it. */
export const RAW: readonly string[] = [
  ...NUMBERS,
  "null",
  "true",
  "[]",
  "{}",
  "[[]]",
  '[null, {}, [], ""]',
  '{"__proto__": {"polluted": true}}',
  '{"constructor": {"prototype": {"polluted": true}}}',
  '{"a": 1, "a": 2}',
  '"\\ud800"',
  '"\\u0000\\n"',
];

/** Brackets that open again and again, as deep as said. */
export function nested(kind: number, depth: number): string {
  switch (kind % 4) {
    case 0:
      return "[".repeat(depth) + "]".repeat(depth);
    case 1:
      return `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    case 2:
      return "[".repeat(depth);
    default:
      return `${'[{"a":'.repeat(depth)}null${"}]".repeat(depth)}`;
  }
}

/** Many equal or different things in a list or an object. */
export function many(kind: number, count: number): string {
  const of = (make: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => make(i)).join(",");
  switch (kind % 4) {
    case 0:
      return `[${of(() => "1")}]`;
    case 1:
      return `{${of((i) => `"k${i}":${i}`)}}`;
    case 2:
      return `[${of(() => "{}")}]`;
    default:
      return `"${"x".repeat(count)}"`;
  }
}

export const DEPTHS: readonly number[] = [3, 60, 2000, 20_000];
export const COUNTS: readonly number[] = [2, 40, 3000, 30_000];
