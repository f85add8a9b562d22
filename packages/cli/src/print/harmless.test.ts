import { expect, test } from "vitest";
import { harmless } from "./harmless.ts";
import { paint } from "./look.ts";

const look = { width: 80, hasColor: true };

test.each([
  ["a\u001b[2Jb", "a␛[2Jb"], // clears the screen
  ["a\u001b[8mb", "a␛[8mb"], // hides what follows
  ["a\u001b]0;title\u0007b", "a␛]0;title␇b"],
  ["a\rb\u0008", "a␍b␈"],
  ["a\u007fb", "a␡b"],
  ["a\u009b2Jb", "a\ufffd2Jb"], // the same as the first, in one character
])("%j of a file is shown as %s", (text, shown) => {
  expect(harmless(text)).toBe(shown);
});

test("what is ours, and what is no control, stays", () => {
  const colours = (["bold", "dim", "red", "green", "yellow"] as const).map((color) =>
    paint(look, color, "x"),
  );
  const text = `${colours.join("")}\n\tUnïcødé 模型 🚢 \u00a0`;
  expect(harmless(text)).toBe(text);
});
