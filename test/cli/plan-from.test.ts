import { describe, expect, test } from "vitest";
import { ONE_MODEL_FLEET } from "./fixtures.ts";
import { berth, folderWith, oneSentence } from "./run-berth.ts";

const SECOND = "  - { name: second, model: Qwen/Qwen2.5-0.5B, concurrency: 2 }\n";

test("--from prints the way from the plan that runs, and --json has it in the one document", async () => {
  const cwd = folderWith({ "old.yaml": ONE_MODEL_FLEET, "new.yaml": ONE_MODEL_FLEET + SECOND });
  expect((await berth(["plan", "old.yaml", "--out", "old.json"], { cwd })).code).toBe(0);
  const args = ["plan", "new.yaml", "--from", "old.json"];
  const text = await berth(args, { cwd });
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/1 {2}start {2}second .* is new\n/);
  expect(text.stdout).toContain("As they run stay chat.");
  const json = await berth([...args, "--move-cost", "never", "--json"], { cwd });
  expect(JSON.parse(json.stdout).transition).toMatchObject({
    moveCost: "never",
    stays: [{ model: "chat", replica: 0 }],
    steps: [{ action: "start", model: "second", replica: 0 }],
    restarts: 0,
  });
});

test("a plan that was made from another is read like any other", async () => {
  const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET });
  await berth(["plan", "fleet.yaml", "--out", "a.json"], { cwd });
  await berth(["plan", "fleet.yaml", "--from", "a.json", "--out", "b.json"], { cwd });
  const again = await berth(["plan", "fleet.yaml", "--from", "-"], { cwd, input: "{}" });
  expect(oneSentence(again)).toMatch(/^-: schema: is missing; expected/);
  const third = await berth(["plan", "fleet.yaml", "--from", "b.json"], { cwd });
  expect([third.code, third.stderr]).toEqual([0, ""]);
  expect(third.stdout).toContain("Nothing changes: every engine stays as it runs.");
});

describe("bad input is one sentence and exit code 2", () => {
  const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET, "no-plan.json": '{"schema":"x"}' });
  const cost = 'expected a number of at least 0 such as 0.05, or "never", got';
  test.each([
    { args: ["--move-cost", "0.1"], says: "--move-cost goes with --from PLAN" },
    { args: ["--from", "no-plan.json", "--move-cost", "-1"], says: /./ },
    { args: ["--from", "no-plan.json", "--move-cost=-1"], says: `--move-cost: ${cost} "-1"` },
    {
      args: ["--from", "no-plan.json", "--move-cost", "Infinity"],
      says: `--move-cost: ${cost} "Infinity"`,
    },
    { args: ["--from", "no-plan.json"], says: /^no-plan.json: schema: expected / },
    { args: ["--from", "nowhere.json"], says: "nowhere.json: no such file" },
    {
      args: ["--from", "fleet.yaml"],
      says: /^fleet.yaml: expected a plan, as berth plan --out writes it, got /,
    },
  ])("$args", async ({ args, says }) => {
    const run = await berth(["plan", "fleet.yaml", ...args], { cwd });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });
});
