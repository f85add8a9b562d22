import { describe, expect, test } from "vitest";
import { ONE_MODEL_FLEET } from "./fixtures.ts";
import { berth, folderWith, oneSentence } from "./run-berth.ts";

const cwd = folderWith({ "fleet.yaml": `${ONE_MODEL_FLEET}    quantization: [bf16, fp8]\n` });

test("--json is one plan with the others in it, and --take prints one of those", async () => {
  const run = await berth(["plan", "fleet.yaml", "--n-best", "3", "--json"], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const plan = JSON.parse(run.stdout);
  expect(plan.schema).toBe("berth/plan@1");
  expect(plan.alternatives.length).toBeGreaterThanOrEqual(1);
  const [second] = plan.alternatives;
  expect(second.differs[0].model).toBe("chat");
  const taken = await berth(["plan", "fleet.yaml", "--n-best", "3", "--take", "2", "--json"], {
    cwd,
  });
  expect(JSON.parse(taken.stdout).deployments).toEqual(second.plan.deployments);
});

test("people see who runs otherwise, and what that trades", async () => {
  const { stdout } = await berth(["plan", "fleet.yaml", "--n-best", "2"], { cwd });
  expect(stdout).toMatch(/Other plans, best first\n {2}2\. chat: .* instead of /);
});

describe("bad usage is one sentence and exit code 2", () => {
  test.each([
    { args: ["--n-best", "0"], says: '--n-best: expected a whole number of at least 1, got "0"' },
    { args: ["--n-best", "21"], says: "--n-best: expected at most 20, got 21" },
    { args: ["--take", "2"], says: "--take goes with --n-best N" },
    { args: ["--n-best", "2", "--take", "3"], says: "--take: expected at most 2, got 3" },
    {
      args: ["--n-best", "2", "--from", "x.json"],
      says: /x\.json|--n-best does not go with --from/,
    },
    {
      args: ["--n-best", "20", "--take", "20"],
      says: /^--take 20: there (is 1 plan|are \d+ plans)$/,
    },
  ])("$args", async ({ args, says }) => {
    const run = await berth(["plan", "fleet.yaml", ...args], { cwd });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });
});
