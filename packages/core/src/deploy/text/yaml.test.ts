import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { yamlText } from "./yaml.ts";

const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\u{fffd}");

test.each([
  "no",
  "off",
  "on",
  "yes",
  "y",
  "1e3",
  "0x1F",
  "8000:30",
  "012",
  "~",
  "null",
  "2026-01-01",
  "1_000",
])("%s stays a text for readers of YAML 1.1 and 1.2", (text) => {
  const written = yamlText({ value: { a: text } });
  expect(parse(written, { version: "1.1" })).toEqual({ a: text });
  expect(parse(written, { version: "1.2" })).toEqual({ a: text });
});

test("any text reads back as it was, in both versions, without a character that turns or ends a line", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
      const written = yamlText({ value: { texts, [`k${texts[0] ?? ""}`]: 1 } });
      for (const version of ["1.1", "1.2"] as const) {
        const read = parse(written, { version });
        expect(read.texts).toEqual(texts.map(wellFormed));
        expect(read[`k${wellFormed(texts[0] ?? "")}`]).toBe(1);
      }
      expect(written).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test("a comment stands above its value", () => {
  const written = yamlText({ value: { a: { b: 1 } }, notes: [{ path: ["a", "b"], text: "why" }] });
  expect(written).toBe("a:\n  # why\n  b: 1\n");
});
