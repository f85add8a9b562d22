import { describe, expect, test } from "vitest";
import {
  isUnavailable,
  printedBareNumber,
  printedNumber,
  printedText,
  printedVersion,
  wholeNumber,
} from "./printed-values.ts";

describe("printedNumber", () => {
  test.each([
    { text: "81559 MiB", unit: "MiB", value: 81_559 },
    { text: "81559MiB", unit: "MiB", value: 81_559 },
    { text: "6143 MB", unit: "MiB", value: 6143 }, // drivers before 319
    { text: "124.54 W", unit: "W", value: 124.54 },
    { text: "-8 C", unit: "C", value: -8 },
    { text: "16x", unit: "lanes", value: 16 },
    { text: "0%", unit: "percent", value: 0 },
    { text: "5", unit: "none", value: 5 },
  ] as const)("reads $text", ({ text, unit, value }) => {
    expect(printedNumber(text, unit)).toStrictEqual({ value });
  });

  test.each([
    { text: "N/A", unit: "MiB" },
    { text: "815", unit: "MiB" }, // cut in half
    { text: "81559 Mi", unit: "MiB" },
    { text: "80 GiB", unit: "MiB" }, // never printed: no conversion here
    { text: "-5 MiB", unit: "MiB" },
    { text: "9007199254740993 MiB", unit: "MiB" }, // 2^53 + 1
    { text: "1e9 MiB", unit: "MiB" },
    { text: "NaN", unit: "none" },
    { text: "", unit: "none" },
  ] as const)("keeps $text as it stands", ({ text, unit }) => {
    expect(printedNumber(text, unit)).toStrictEqual({ unavailable: text });
  });
});

test.each([
  { text: "24576", unit: "MiB", value: 24_576 },
  { text: "24576 MiB", unit: "MiB", value: 24_576 },
  { text: "-3", unit: "C", value: -3 },
  { text: "4", unit: "none", value: 4 },
] as const)("nounits: $text is $value $unit", ({ text, unit, value }) => {
  expect(printedBareNumber(text, unit)).toStrictEqual({ value });
});

test("nounits: words and wrong units stay as they stand", () => {
  expect(printedBareNumber("[N/A]", "MiB")).toStrictEqual({ unavailable: "[N/A]" });
  expect(printedBareNumber("24576 W", "MiB")).toStrictEqual({ unavailable: "24576 W" });
  expect(printedBareNumber("-1", "MiB")).toStrictEqual({ unavailable: "-1" });
});

test.each([
  "N/A",
  "[N/A]",
  "ERR!",
  "Not Supported",
  "[Not Supported]",
  "Unknown",
  "Unknown Error",
  "[Unknown Error]",
  "[GPU is lost]",
  "[GPU requires reset]",
  "[Insufficient Permissions]",
  "Not Found",
  "Requested functionality has been deprecated",
  "Not available in WDDM driver model",
])("%s stands for no value", (text) => {
  expect(isUnavailable(text)).toBe(true);
  expect(printedText(text)).toStrictEqual({ unavailable: text });
});

test.each(["NVIDIA H200", "None", "Off", "Disabled", "REDACTED", "Unknown Card 5"])(
  "%s is a value",
  (text) => {
    expect(printedText(text)).toStrictEqual({ value: text });
  },
);

test("a remark behind a version is left out", () => {
  expect(printedVersion("610.62 [Deprecated; use KMD Version]")).toStrictEqual({ value: "610.62" });
  expect(printedVersion("N/A")).toStrictEqual({ unavailable: "N/A" });
});

test("a whole number is made of digits", () => {
  expect(["12", "-1", "1.5", "", "0x1", undefined].map(wholeNumber)).toStrictEqual([
    12,
    ...Array(5).fill(undefined),
  ]);
});
