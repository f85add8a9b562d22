import { expect, test } from "vitest";
import { evaluateExpression } from "./expression.ts";

const PLACE = { file: "fleet.yaml", key: "models[0].workload.rate" };
const VARS = { users: 300, constructor_: 1 };

test.each([
  { text: "users * 0.2 / 60", expected: 1 },
  { text: "2 + 3 * 4 ^ 2 - -1", expected: 51 },
  { text: "max(users / 100, 7 % 4, 2)", expected: 3 },
  { text: "(1 + 2) users", expected: 900 },
  { text: "round(sqrt(2) * 100)", expected: 141 },
])("$text is $expected", async ({ text, expected }) => {
  expect(await evaluateExpression(PLACE, text, VARS)).toBeCloseTo(expected, 12);
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
  { text: "f(x) = f(x)", problem: /got a functionassignment/ },
  { text: "a = 1", problem: /got a assignment/ },
  { text: "[1, 2]", problem: /got a array/ },
  { text: '"text"', problem: /got "text"/ },
  { text: "1; 2", problem: /got a block/ },
  { text: "users.length", problem: /got a accessor/ },
  { text: "constructor", problem: /expected a name of vars, got "constructor"; did you mean/ },
  { text: "user * 2", problem: /did you mean users\?/ },
  { text: "toString()", problem: /got "toString"/ },
  { text: "1 / 0", problem: /is Infinity/ },
  { text: "9^9^9^9", problem: /is Infinity/ },
  { text: "3 *", problem: /expected an expression such as/ },
  { text: "", problem: /expected|got/ },
  { text: `${"(".repeat(60)}1${")".repeat(60)}`, problem: /at most 50 parentheses/ },
  { text: "1+".repeat(150), problem: /at most 200 characters, got 300/ },
  { text: "5 cm", problem: /expected a name of vars, got "cm"/ },
])("$text is refused in one sentence", async ({ text, problem }) => {
  const error = await evaluateExpression(PLACE, text, VARS).then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  expect(error?.message).toMatch(problem);
  expect(error?.message).toContain("fleet.yaml: models[0].workload.rate: ");
  expect(error?.message).not.toContain("\n");
});
