import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isShellText, overridable, shellCommand, shellQuote } from "./shell.ts";

function sh(script: string): string {
  return spawnSync("sh", ["-c", script], { encoding: "utf8" }).stdout;
}

test.each([
  { text: "meta-llama/Llama-3.2-3B", quoted: "meta-llama/Llama-3.2-3B" },
  { text: "two words", quoted: "'two words'" },
  { text: "it's", quoted: "'it'\\''s'" },
  { text: "$(reboot)", quoted: "'$(reboot)'" },
  { text: "~root", quoted: "'~root'" },
  { text: "a=b", quoted: "'a=b'" },
  { text: "", quoted: "''" },
])("$text is written as $quoted", ({ text, quoted }) => {
  expect(shellQuote(text)).toBe(quoted);
});

test("a NUL has no form in a shell", () => {
  expect(isShellText("a\0b")).toBe(false);
  expect(() => shellQuote("a\0b")).toThrow(RangeError);
});

test("any other text comes out of a real shell as it went in", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 }).filter(isShellText);
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (texts) => {
      const got = sh(texts.map((each) => `printf '%s\\0' ${shellQuote(each)}`).join("\n"));
      expect(got.split("\0").slice(0, -1)).toEqual(texts);
    }),
    { numRuns: 60 },
  );
});

test("what a shell could read as its own comes out as it went in", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("'", '"', "\\", "$", "`", "(", ")", "\n", " ", "#", "~", "*", "!", "a"),
    maxLength: 30,
  });
  fc.assert(
    fc.property(hostile, (text) => {
      expect(sh(`printf '%s\\0' ${shellQuote(text)}`)).toBe(`${text}\0`);
    }),
    { numRuns: 150 },
  );
});

test("a command over several lines is one command", () => {
  expect(sh(shellCommand(["printf '%s,'", shellQuote("a b"), shellQuote("c")]))).toBe("a b,c,");
});

test("the environment may override a variable", () => {
  const script = [...overridable("model", "MODEL_PATH", "own $HOME"), 'printf %s "$model"'];
  expect(sh(script.join("\n"))).toBe("own $HOME");
  expect(sh(["MODEL_PATH='an other'", ...script].join("\n"))).toBe("an other");
});
