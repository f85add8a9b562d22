import { describe, expect, test } from "vitest";
import { evaluateExpression } from "./expression.ts";

const PLACE = { file: "fleet.yaml", key: "models[0].workload.rate" };
const VARS = { users: 300, constructor_: 1 };

test.each([
  { text: "users * 0.2 / 60", expected: 1 },
  { text: "2 + 3 * 4 ^ 2 - -1", expected: 51 },
  { text: "max(users / 100, 7 % 4, 2)", expected: 3 },
  { text: "(1 + 2) users", expected: 900 },
  { text: "round(sqrt(2) * 100)", expected: 141 },
  { text: "80 %", expected: 0.8 },
  // units that cancel leave a number
  { text: "1 hour / 30 minutes", expected: 2 },
  { text: "sqrt(4 s ^ 2) / (1 s)", expected: 2 },
])("$text is $expected", async ({ text, expected }) => {
  expect(await evaluateExpression(PLACE, text, VARS)).toBeCloseTo(expected, 12);
});

describe("quantities", () => {
  const vars = {
    ...VARS,
    slo: 2,
    wait: { value: 1.5, dimension: { second: 1, request: 0, token: 0 } },
  };
  test.each([
    { text: "1 minute", wanted: "seconds", expected: 60 },
    { text: "0.02 h", wanted: "seconds", expected: 72 },
    { text: "slo * 500 ms", wanted: "seconds", expected: 1 },
    { text: "wait + 500 ms", wanted: "seconds", expected: 2 },
    { text: "max(1 s, 1.5 minutes)", wanted: "seconds", expected: 90 },
    { text: "0.25", wanted: "seconds", expected: 0.25 },
    { text: "12 requests/minute", wanted: "rate", expected: 0.2 },
    { text: "users * 0.2 / minute", wanted: "rate", expected: 1 },
    { text: "86400 requests / day", wanted: "rate", expected: 1 },
    { text: "3 Hz", wanted: "rate", expected: 3 },
    { text: "users * 0.2 / 60", wanted: "rate", expected: 1 },
    { text: "2 * 100 tokens", wanted: "tokens", expected: 200 },
    { text: "50 tokens / s * 2 minutes", wanted: "tokens", expected: 6000 },
  ] as const)("$text is $expected as $wanted", async ({ text, wanted, expected }) => {
    expect(await evaluateExpression(PLACE, text, vars, wanted)).toBeCloseTo(expected, 12);
  });

  test("a name of vars goes before a unit", async () => {
    expect(await evaluateExpression(PLACE, "2 minute", { minute: 3 })).toBe(6);
  });

  test.each([
    {
      text: "5 minutes",
      wanted: "rate",
      says: 'expected requests a second, such as 0.2 or 12 requests / minute, got "5 minutes", which is a time',
    },
    { text: "12 requests", wanted: "rate", says: "which is a number of requests" },
    { text: "3 / minute", wanted: "seconds", says: "which is a number a second" },
    { text: "8 tokens / s", wanted: "tokens", says: "which is a rate of tokens" },
    { text: "3 s", wanted: "number", says: 'expected a plain number, got "3 s", which is a time' },
    { text: "3 s ^ 2", wanted: "seconds", says: "which is a quantity in second^2" },
    {
      text: "1 s + 1",
      wanted: "seconds",
      says: "expected both sides of + in one unit, got a time and a plain number",
    },
    {
      text: "max(1 s, 1)",
      wanted: "seconds",
      says: "expected both sides of max in one unit, got a time and a plain number",
    },
    {
      text: "round(1 s)",
      wanted: "seconds",
      says: "expected a plain number in round(), got a time",
    },
    { text: "2 ^ (1 s)", wanted: "seconds", says: "expected a plain number above ^, got a time" },
    { text: "2 minuts", wanted: "seconds", says: 'got "minuts"; did you mean minute?' },
    { text: "5 s to ms", wanted: "seconds", says: 'got "to"' },
  ] as const)("$text is refused as $wanted: $says", async ({ text, wanted, says }) => {
    await expect(evaluateExpression(PLACE, text, vars, wanted)).rejects.toThrow(says);
  });
});

test.each([
  { text: "import({}, {})", problem: /got/ },
  { text: 'evaluate("1")', problem: /got/ },
  { text: 'parse("1")', problem: /got/ },
  { text: "createUnit(foo)", problem: /got/ },
  { text: "factorial(10)", problem: /got "factorial"/ },
  { text: "5!", problem: /got "!"/ },
  { text: "1:1e9", problem: /got a range/ },
  { text: "zeros(1e9)", problem: /got "zeros"/ },
  { text: "f(x) = f(x)", problem: /got a function of your own/ },
  { text: "a = 1", problem: /got an assignment/ },
  { text: "[1, 2]", problem: /got a list/ },
  { text: '"text"', problem: /got "text"/ },
  { text: "1; 2", problem: /got several expressions/ },
  { text: "users.length", problem: /got a property/ },
  { text: "users > 1 ? 2 : 3", problem: /got a choice/ },
  { text: "1 < users < 3", problem: /got a comparison/ },
  { text: "{ a: 1 }", problem: /got an object/ },
  { text: "constructor", problem: /tokens, got "constructor"; did you mean/ },
  { text: "user * 2", problem: /did you mean users\?/ },
  { text: "toString()", problem: /got "toString"/ },
  { text: "1 / 0", problem: /is Infinity/ },
  { text: "9^9^9^9", problem: /is Infinity/ },
  { text: "3 *", problem: /expected an expression such as/ },
  { text: "", problem: /expected|got/ },
  { text: `${"(".repeat(60)}1${")".repeat(60)}`, problem: /at most 50 parentheses/ },
  { text: "1+".repeat(150), problem: /at most 200 characters, got 300/ },
  {
    text: "5 cm",
    problem: /expected a name of vars, or a unit of time, requests or tokens, got "cm"/,
  },
])("$text is refused in one sentence", async ({ text, problem }) => {
  const error = await evaluateExpression(PLACE, text, VARS).then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  expect(error?.message).toMatch(problem);
  expect(error?.message).toContain("fleet.yaml: models[0].workload.rate: ");
  expect(error?.message).not.toContain("\n");
});
