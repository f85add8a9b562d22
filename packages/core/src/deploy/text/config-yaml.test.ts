import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { configYaml } from "./config-yaml.ts";

test.each([
  { text: "llama-3b", written: "llama-3b" },
  { text: "on", written: '"on"' },
  { text: "1.5", written: '"1.5"' },
  { text: "12:30", written: '"12:30"' },
  { text: "=", written: '"="' },
  { text: "<<", written: '"<<"' },
  { text: "a: b", written: '"a: b"' },
  { text: "été", written: '"été"' },
  { text: "a\u0085b", written: '"a\\u0085b"' },
  { text: "\u{10ffff}", written: '"\\U0010ffff"' },
])("$text is written as $written", ({ text, written }) => {
  expect(configYaml({ key: text })).toBe(`key: ${written}\n`);
});

test("any text is read back as it was, as a value and as a key, by readers of both versions", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !/\p{Surrogate}/u.test(text)),
      (text) => {
        const value = { list: [text, { [`k${text}`]: text }], last: 1 };
        for (const version of ["1.1", "1.2"] as const) {
          expect(parse(configYaml(value), { version })).toEqual(value);
        }
      },
    ),
  );
});
