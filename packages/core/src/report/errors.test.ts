import { expect, test } from "vitest";
import { InputError, shown } from "./errors.ts";

test("a refusal has one line without control characters, whatever the file and its keys are called", () => {
  const { message } = new InputError(
    { file: "a\nb.json", key: "c\u001b[31m\u2028d" },
    'expected JSON, got "\r\n\u0000"',
  );
  expect(message).toBe('a b.json: c [31m d: expected JSON, got " "');
});

test("a refusal that holds much of its file is cut", () => {
  const { message } = new InputError({ file: "f", key: "k".repeat(1_000_000) }, "is missing");
  expect(message.length).toBeLessThan(1500);
  expect(message).toMatch(/^f: k+\.\.\.$/);
});

test("what is nested deeper than the stack is shown in words", () => {
  const deep = JSON.parse("[".repeat(200_000) + "]".repeat(200_000)) as unknown;
  expect(shown(deep)).toBe("a list of 1");
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5])(
  "%s is shown as what it is",
  (value) => {
    expect(shown(value)).toBe(String(value));
  },
);
