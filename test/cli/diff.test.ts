import { beforeAll, describe, expect, test } from "vitest";
import { ONE_MODEL_FLEET } from "./fixtures.ts";
import { berth, folderWith, oneSentence } from "./run-berth.ts";

const SECOND = "  - { name: second, model: Qwen/Qwen2.5-0.5B, concurrency: 2 }\n";
const cwd = folderWith({
  "a.yaml": ONE_MODEL_FLEET,
  "b.yaml": ONE_MODEL_FLEET + SECOND,
  "x.json": "{}",
});

beforeAll(async () => {
  await berth(["plan", "a.yaml", "--out", "a.json"], { cwd });
  await berth(["plan", "b.yaml", "--out", "b.json"], { cwd });
});

test("plans that differ: models and cards, before and after", async () => {
  const { code, stdout, stderr } = await berth(["diff", "a.json", "b.json"], { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/second +added +bf16, tp 1 × pp 1, box1:0, 2 × /);
  expect(stdout).toMatch(/placed +1 +2/);
});

test("--json is one document, whether they differ or not", async () => {
  for (const [other, isSame] of [
    ["a.json", true],
    ["b.json", false],
  ] as const) {
    const { code, stdout } = await berth(["diff", "a.json", other, "--json"], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schema: "berth/plan-diff@1", isSame });
  }
  const { stdout } = await berth(["diff", "a.json", "a.json"], { cwd });
  expect(stdout).toBe("The plans are the same.\n");
});

describe("bad input is one sentence and exit code 2", () => {
  test.each([
    { args: ["a.json"], says: "expected B; see berth diff --help" },
    { args: ["-", "-"], says: "stdin (-) can be read once only" },
    { args: ["a.json", "x.json"], says: /^x.json: schema: is missing/ },
    { args: ["nowhere.json", "a.json"], says: "nowhere.json: no such file" },
    { args: ["a.json", "b.json", "a.json"], says: /^unexpected argument "a.json"/ },
  ])("$args", async ({ args, says }) => {
    const run = await berth(["diff", ...args], { cwd });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });
});
