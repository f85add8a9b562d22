import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  rootOfSquares,
  sameCosOfTurns,
  sameExp,
  sameLog,
  sameLog1p,
  samePower,
  wholePower,
} from "./same-math.ts";

const CORE = join(import.meta.dirname, "..");

/** Relative to the larger; some units of the last digit, which is 2.2e-16. */
function isClose(ours: number, theirs: number, within = 5e-16): boolean {
  return (
    Object.is(ours, theirs) ||
    Math.abs(ours - theirs) <= within * Math.max(Math.abs(ours), Math.abs(theirs))
  );
}

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe("within a digit of what this engine has", () => {
  test("exp", () => {
    fc.assert(fc.property(finite(-700, 709), (x) => isClose(sameExp(x), Math.exp(x))));
  });
  test("log, log1p", () => {
    fc.assert(fc.property(finite(5e-324, 1e308), (x) => isClose(sameLog(x), Math.log(x))));
    fc.assert(fc.property(finite(-0.999, 1e6), (x) => isClose(sameLog1p(x), Math.log1p(x))));
  });
  test("powers", () => {
    // an error in the logarithm counts as often as the exponent is large
    fc.assert(
      fc.property(finite(0.01, 100), finite(-20, 20), (x, y) =>
        isClose(samePower(x, y), x ** y, 1e-13),
      ),
    );
  });
  test("the cosine of a turn", () => {
    fc.assert(
      fc.property(
        finite(-2, 2),
        (x) => Math.abs(sameCosOfTurns(x) - Math.cos(2 * Math.PI * x)) < 5e-15,
      ),
    );
  });
  test("the root of squares", () => {
    fc.assert(
      fc.property(fc.array(finite(1, 1e15)), (values) =>
        isClose(rootOfSquares(values), Math.hypot(...values), 1e-14),
      ),
    );
  });
});

test.each([
  [sameExp(0), 1],
  [sameExp(Number.NEGATIVE_INFINITY), 0],
  [sameExp(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY],
  [sameExp(709.78), 1.7928227943945155e308],
  // the least that a number holds: 2^-1074
  [sameExp(-744.4400719213812), 5e-324],
  [sameExp(Number.NaN), Number.NaN],
  [sameLog(1), 0],
  [sameLog(0), Number.NEGATIVE_INFINITY],
  [sameLog(-1), Number.NaN],
  [sameLog(Number.NaN), Number.NaN],
  [sameLog(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY],
  [sameLog1p(1e-300), 1e-300],
  [sameLog1p(-1), Number.NEGATIVE_INFINITY],
  [sameCosOfTurns(0), 1],
  [sameCosOfTurns(0.5), -1],
  [samePower(0, 0), 1],
  [samePower(0, 0.5), 0],
  [samePower(0, -0.5), Number.POSITIVE_INFINITY],
  [samePower(-2, 3), -8],
  [samePower(-2, 0.5), Number.NaN],
  [wholePower(10, 22), 1e22],
  [wholePower(2, -3), 0.125],
  [wholePower(3, 33), 5559060566555523],
])("%d is %d", (ours, expected) => {
  expect(ours).toBe(expected);
});

/** Functions that ECMAScript lets every engine approximate in its own way. */
const APPROXIMATE =
  /Math\.(exp|expm1|pow|log|log2|log10|log1p|hypot|cbrt|a?sinh?|a?cosh?|a?tanh?|atan2)\b/;
/** Powers of a written base are of whole exponents, and exact; importers raise whole numbers. */
const POWER = /(?<!\b\d+) \*\* /;
const isWholeOnly = (name: string): boolean => name.startsWith("importers");

test("core uses none of the functions that differ between engines", () => {
  const found = readdirSync(CORE, { recursive: true, encoding: "utf8" })
    .filter((name) => /(?<!\.test|\.gen)\.ts$/.test(name))
    .flatMap((name) =>
      readFileSync(join(CORE, name), "utf8")
        .split("\n")
        .filter((line) => !/^\s*(\/\*\*|\*|\/\/)/.test(line))
        .filter((line) => APPROXIMATE.test(line) || (POWER.test(line) && !isWholeOnly(name)))
        .map((line) => `${name}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
});
