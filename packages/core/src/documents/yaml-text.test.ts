import { expect, test } from "vitest";
import { parseYaml } from "./yaml-text.ts";

const problemOf = (text: string): string => {
  try {
    parseYaml("f.yaml", text);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

test("a key that is there twice is refused with its line", () => {
  expect(problemOf("a: 1\nb:\n  c: 1\n  c: 2\n")).toBe(
    'f.yaml: expected each key once, got "c" again at line 4, column 3',
  );
  expect(problemOf("{a: 1, 1: 2, '1': 3, a: 4}")).toContain('"a" again at line 1, column 22');
});

// found by the fuzzer: the library wrote out each of them twice as often as the one around it
test.each([
  ["maps", `${"? ".repeat(60)}a`],
  ["lists", "{[a, b]: 1}"],
  ["aliases", "a: &a {b: 1}\n? *a\n: 1"],
])("keys that are %s are refused at once", (_, text) => {
  expect(problemOf(text)).toMatch(
    /^f\.yaml: expected a plain key, got an alias, a list or a map as one at line \d, column \d$/,
  );
});

test("an empty key is a key", () => {
  expect(parseYaml("f.yaml", "? \n: 1\nb: 2")).toEqual({ "": 1, b: 2 });
});

test("fifty thousand keys are read in seconds: none is compared with all others", () => {
  const text = Array.from({ length: 50_000 }, (_, i) => `k${i}: 1\n`).join("");
  const started = process.cpuUsage();
  expect(Object.keys(parseYaml("f.yaml", text) as object)).toHaveLength(50_000);
  // with comparisons it is a minute
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(15);
});

test("a hundred thousand errors are one sentence, within seconds", () => {
  const started = process.cpuUsage();
  const text = `&a [*a]!!set {a, b}[${"1, ".repeat(100_000)}1]`;
  expect(problemOf(text)).toMatch(/^f\.yaml: expected YAML, got: .* at line 1, column \d+$/);
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(15);
});

test.each([
  ["brackets", "[".repeat(100_000)],
  ["brackets in a text of the largest size", `${"[".repeat(1_999_999)}1${"]".repeat(1_999_999)}`],
  ["maps", "{a: ".repeat(50_000)],
  ["dashes", "- ".repeat(1_900_000)],
  ["question marks", "? ".repeat(50_000)],
  ["dashes and brackets", `${"- ".repeat(60)}${"[".repeat(60)}`],
])("nesting without end is refused before anything is built of it: %s", (_, text) => {
  const started = process.memoryUsage().heapUsed;
  expect(problemOf(text)).toBe("f.yaml: expected lists and maps at most 100 deep, got more");
  expect(process.memoryUsage().heapUsed - started).toBeLessThan(200 * 2 ** 20);
});

// found by the fuzzer, on a machine with much else to do: it took four seconds
test("a list of 200,000 numbers is refused before anything is built of it", () => {
  const started = process.memoryUsage().heapUsed;
  expect(problemOf(`[${"1, ".repeat(200_000)}1]`)).toBe(
    "f.yaml: expected at most 500000 words, signs, spaces and line ends, got more",
  );
  expect(process.memoryUsage().heapUsed - started).toBeLessThan(200 * 2 ** 20);
});

test("nesting by indentation is refused where the stack ends, and a second document, in plain words", () => {
  const deep = Array.from({ length: 1500 }, (_, i) => `${" ".repeat(i)}a:`).join("\n");
  expect(problemOf(deep)).toMatch(
    /^f\.yaml: expected YAML, got: what is nested too deep at line \d+, column \d+$/,
  );
  expect(problemOf("a: 1\n---\nb: 2")).toBe(
    "f.yaml: expected YAML, got: a second document in the same text at line 2, column 1",
  );
});

test("a hundred levels are read, and brackets in texts and comments are none", () => {
  const deep = `${"[".repeat(100)}1${"]".repeat(100)}`;
  expect(JSON.stringify(parseYaml("f.yaml", deep))).toBe(deep);
  expect(parseYaml("f.yaml", `a: "${"[".repeat(300)}" # ${"{".repeat(300)}`)).toEqual({
    a: "[".repeat(300),
  });
});

test("aliases that explode are refused, and other tags mean nothing", () => {
  const bomb = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
  expect(problemOf(`a0: &a0 [x, x]\n${bomb.join("\n")}`)).toBe(
    "f.yaml: expected YAML, got: aliases that stand for more than 100 others in all",
  );
  expect(problemOf("a: *b")).toBe(
    "f.yaml: expected YAML, got: the alias *b, and no anchor before it",
  );
  expect(parseYaml("f.yaml", "!!js/function 'function () {}'")).toBe("function () {}");
});

test.each(["__proto__: {polluted: true}", '{"\\u005f_proto__": {polluted: true}}', "? __proto__"])(
  "%s is refused",
  (text) => {
    expect(problemOf(`a:\n  - ${text}`)).toMatch(
      /^f\.yaml: __proto__: expected no key of that name, .* got one at line 2, column \d$/,
    );
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  },
);

test.each(["constructor", "prototype", "toString"])("%s is a key like any other", (key) => {
  expect(parseYaml("f.yaml", `${key}: 1`)).toStrictEqual({ [key]: 1 });
});
