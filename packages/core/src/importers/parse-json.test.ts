import { describe, expect, test } from "vitest";
import { InputError } from "../report/errors.ts";
import { parseJson } from "./parse-json.ts";

const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

describe("parseJson", () => {
  test("reads a hundred levels, and refuses one more before anything walks them", () => {
    expect(parseJson("a.json", nested(100))).toHaveLength(1);
    expect(() => parseJson("a.json", nested(101))).toThrow(
      new InputError({ file: "a.json" }, "expected at most 100 levels of lists and objects"),
    );
  });

  test("counts levels, not brackets, and none that stand in strings", () => {
    expect(parseJson("a.json", `[${"[],".repeat(500)}{}]`)).toHaveLength(501);
    const text = JSON.stringify({ a: `\\"${"[{".repeat(500)}\\`, b: "]" });
    expect(parseJson("a.json", text)).toEqual(JSON.parse(text));
    expect(() => parseJson("a.json", `"${"[".repeat(500)}`)).toThrow(/expected JSON/);
  });

  test("takes Python's numbers for null, and leaves them in strings", () => {
    expect(parseJson("a.json", '{"a": NaN, "b": -Infinity, "c": "NaN"}')).toEqual({
      a: null,
      b: null,
      c: "NaN",
    });
  });

  test.each([
    ['{"__proto__": 1}', "__proto__"],
    ['{"a": [0, {"b": {"\\u005f_proto__": {"polluted": 1}}}]}', "a[1].b.__proto__"],
    ['[[{"__proto__": null}]]', "[0][0].__proto__"],
  ])("%s is refused", (text, key) => {
    expect(() => parseJson("a.json", text)).toThrow(
      `a.json: ${key}: expected no key of that name, which JavaScript has for something else, got one`,
    );
  });

  test("the word may stand in a text, and other keys of JavaScript's may be keys", () => {
    const text = '{"a": "__proto__", "constructor": {"prototype": 1}, "a\\u005fb": 2}';
    expect(JSON.stringify(parseJson("a.json", text))).toBe(JSON.stringify(JSON.parse(text)));
  });
});
