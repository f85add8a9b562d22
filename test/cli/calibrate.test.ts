import { beforeAll, describe, expect, test } from "vitest";
import { ONE_MODEL_FLEET } from "./fixtures.ts";
import { berth, folderWith, oneSentence, shell } from "./run-berth.ts";

const LOG = `[TRT-LLM] [I] Memory used after loading model weights (inside torch) in memory usage profiling: 2.30 GiB
[TRT-LLM] [I] Memory dynamically allocated during inference (inside torch) in memory usage profiling: 0.40 GiB
`;
const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET, "chat.log": LOG, "notes.json": "{}" });

beforeAll(async () => {
  await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
  const { stdout } = await berth(["verify", "plan.json", "--log", "chat.log", "--json"], { cwd });
  await berth(["calibrate", "-", "--out", "first.json"], { cwd, input: stdout });
});

test("a report becomes a calibration, which plan and estimate name as their source", async () => {
  const report = await berth(["verify", "plan.json", "--log", "chat.log", "--json"], { cwd });
  const { code, stdout, stderr } = await berth(["calibrate", "-", "--out", "calibration.json"], {
    cwd,
    input: report.stdout,
  });
  expect([code, stderr]).toEqual([0, "berth: wrote the calibration to calibration.json\n"]);
  expect(stdout).toMatch(/tensorrt-llm 1\.2\.0rc0 to 1\.3\.0rc0 +8\.9 +activations +1 +× 2\.\d{3}/);
  for (const args of [
    ["plan", "fleet.yaml", "--calibration", "calibration.json", "--json"],
    [
      "estimate",
      "meta-llama/Llama-3.2-1B",
      "--gpu",
      "rtx-4090",
      "--calibration",
      "calibration.json",
      "--json",
    ],
  ]) {
    const run = await berth(args, { cwd });
    expect([run.code, run.stderr]).toEqual([0, ""]);
    expect(run.stdout).toContain('"calibration.json"');
  }
  const row = await berth(["calibrate", "-", "--contribute"], { cwd, input: report.stdout });
  expect(JSON.parse(row.stdout)).toMatchObject({
    gpu: "rtx-4090",
    model: "meta-llama/Llama-3.2-1B",
  });
});

test("one calibration is for all lines of a batch, in every thread", async () => {
  const request = { model: "meta-llama/Llama-3.2-1B", gpu: "rtx-4090" };
  const calibration = ["--calibration", "first.json"];
  const alone = await berth(
    ["estimate", request.model, "--gpu", request.gpu, "--json", ...calibration],
    { cwd },
  );
  // more lines than are answered before a thread starts
  const run = await shell(
    `yes '${JSON.stringify(request)}' | head -n 5000 | $BERTH estimate --batch - --json --calibration first.json | sort -u`,
    { cwd },
  );
  const answers = run.stdout.trim().split("\n");
  expect(answers.map((line) => JSON.parse(line))).toEqual([JSON.parse(alone.stdout)]);
  expect(answers[0]).toContain('"published"');
});

describe("bad input is one sentence and exit code 2", () => {
  test.each([
    { args: ["calibrate"], says: "expected REPORT; see berth calibrate --help" },
    {
      args: ["calibrate", "plan.json"],
      says: 'plan.json: schema: expected "berth/verify@1", got "berth/plan@1"',
    },
    { args: ["calibrate", "-", "-"], says: "stdin (-) can be read once only" },
    {
      args: ["calibrate", "-", "--contribute", "--json"],
      says: "--contribute goes with neither --json nor --out",
    },
    {
      args: ["plan", "fleet.yaml", "--calibration", "notes.json"],
      says: /^notes.json: schema: is missing/,
    },
    {
      args: ["estimate", "--batch", "-", "--calibration", "notes.json"],
      says: /^notes.json: schema: is missing/,
    },
    {
      args: ["estimate", "--batch", "-", "--calibration", "gone.json"],
      says: "gone.json: no such file",
    },
  ])("$args", async ({ args, says }) => {
    const run = await berth(args, { cwd });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });
});
