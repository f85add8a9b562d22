import { readFileSync } from "node:fs";
import type { CapacityDocument } from "@berth/core/capacity";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { berth, folderWith, oneSentence } from "./run-berth.ts";

const FLEET = `hosts:
  - name: box1
    gpus: [{ gpu: rtx-4090, count: 2 }]
engine: vllm
vars: { users: 120 }
costs: { perKwh: 0.3 }
models:
  - name: chat
    model: meta-llama/Llama-3.2-3B
    maxSeqLen: 4096
    concurrency: 16
    workload:
      rate: users / 60
      prompt: { median: 400, p95: 1500 }
      output: 150
      targets: [{ metric: ttft, most: 2 s }]
  - { name: traced, model: Qwen/Qwen2.5-0.5B, concurrency: 4, workload: { trace: azure.csv } }
`;
const TRACE = `TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 18:15:46.6805900,374,44
2023-11-16 18:15:50.9951690,396,109
2023-11-16 18:15:51.2225670,879,55
`;

const cwd = folderWith({
  "fleet.yaml": FLEET,
  "azure.csv": TRACE,
  "bare.yaml": FLEET.replace(/ {4}workload:[\s\S]*?2 s \}\]\n/, "").replace(
    ", workload: { trace: azure.csv }",
    "",
  ),
});

beforeAll(async () => {
  await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
  await berth(["plan", "bare.yaml", "--out", "bare.json"], { cwd });
});

test("--rate may use the vars of the fleet file that the plan was made from", async () => {
  // 120 users, one request each in half a minute: 4 a second
  const { stdout } = await berth(
    ["capacity", "plan.json", "--model", "chat", "--rate", "users / 30", "--json"],
    { cwd },
  );
  expect((JSON.parse(stdout) as CapacityDocument).models[0]?.requestsPerSecond).toBe(4);
  const ended = await berth(["capacity", "bare.json", "--rate", "userz / 30"], { cwd });
  expect(ended.code).toBe(2);
  expect(oneSentence(ended)).toContain("did you mean users?");
});

test("--csv beside --json is bad usage", async () => {
  const ended = await berth(["capacity", "plan.json", "--csv", "--json"], { cwd });
  expect([ended.code, ended.stdout]).toEqual([2, ""]);
  expect(oneSentence(ended)).toContain("--csv does not go with --json");
});

test("--json is one document that the schema describes", async () => {
  const { code, stdout } = await berth(["capacity", "plan.json", "--json"], { cwd });
  expect(code).toBe(0);
  const document = JSON.parse(stdout) as { readonly models: readonly object[] };
  const schema = new URL("../../data/schemas/capacity.schema.json", import.meta.url);
  const validate = new Ajv2020().compile(JSON.parse(readFileSync(schema, "utf8")));
  expect(validate(document) ? [] : validate.errors).toEqual([]);
  expect(document.models).toMatchObject([
    { model: "chat", requestsPerSecond: 2, isServed: true },
    // two more requests within 4.541977 s
    { model: "traced", requestsPerSecond: expect.closeTo(2 / 4.541977, 6) },
  ]);
});

test("a table, and CSV with a line a model", async () => {
  const table = await berth(["capacity", "plan.json"], { cwd });
  expect(table.stdout).toMatch(/chat +2\.00 /);
  expect(table.stdout).toMatch(/chat +TTFT p95 ≤ 2\.00 s +met/);
  expect(table.stdout).toContain("kWh a million tokens, which cost");
  const { stdout: json } = await berth(["capacity", "plan.json", "--json"], { cwd });
  for (const { model, energy } of (JSON.parse(json) as CapacityDocument).models) {
    const { kwhPerMillionTokens: kwh = 0, costPerMillionTokens: cost = 0 } = energy;
    expect(table.stdout).toMatch(
      new RegExp(`${model} +${energy.watts} +${kwh.toFixed(2)} +${cost.toFixed(2)}\n`),
    );
  }
  const { stdout } = await berth(["capacity", "plan.json", "--csv", "--percentiles", "99"], {
    cwd,
  });
  const lines = stdout.trim().split("\n");
  expect(lines[0]).toMatch(
    /^model,requestsPerSecond,.*,ttftP99Seconds,tpotP99Seconds,e2eP99Seconds,/,
  );
  // 17 of each model, 3 latencies, 5 of all targets, 3 of the one, 6 of the fleet
  expect(lines.map((line) => line.split(",").length)).toEqual([34, 34, 34]);
});

test("CSV has the targets, where they break, and the fleet's total; a model that is not served hides nobody's latencies", async () => {
  const args = ["capacity", "plan.json", "--scale-rate", "10"];
  const { stdout } = await berth([...args, "--csv"], { cwd });
  const [header = [], ...rows] = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const at = (row: number, name: string) => rows[row]?.[header.indexOf(name)];
  const { stdout: json } = await berth([...args, "--json"], { cwd });
  const { models, fleet } = JSON.parse(json) as CapacityDocument;
  const breaks = String(models[0]?.targets[0]?.breaksAtRequestsPerSecond);
  expect([at(0, "isServed"), at(1, "isServed")]).toEqual(["false", "true"]);
  expect([at(0, "targets"), at(0, "targetsMet"), at(1, "targets")]).toEqual(["1", "0", "0"]);
  expect([at(0, "breaksAtRequestsPerSecond"), at(1, "breaksAtRequestsPerSecond")]).toEqual([
    breaks,
    "",
  ]);
  expect(at(0, "ttftP95TargetSeconds")).toBe("2");
  expect(at(0, "ttftP95TargetIsMet")).toBe("false");
  expect(at(0, "ttftP95TargetBreaksAtRequestsPerSecond")).toBe(breaks);
  expect([at(0, "ttftP95Seconds"), Number(at(1, "ttftP95Seconds")) > 0]).toEqual(["", true]);
  for (const row of [0, 1]) {
    expect(at(row, "fleetOutputTokensPerSecond")).toBe(String(fleet.outputTokensPerSecond));
    expect(at(row, "fleetWatts")).toBe(String(fleet.energy.watts));
  }
});

test("flags stand in for a workload; more than can be served is a no", async () => {
  const given = ["--prompt", "400..1500", "--output", "150"];
  const some = await berth(["capacity", "bare.json", ...given, "--rate", "60 / 60", "--json"], {
    cwd,
  });
  expect(some.code).toBe(0);
  const many = await berth(["capacity", "bare.json", ...given, "--rate", "9999", "--json"], {
    cwd,
  });
  expect(many.code).toBe(1);
  expect(JSON.parse(many.stdout)).toMatchObject({
    models: [{ isServed: false }, { isServed: false }],
  });
  const twice = await berth(
    ["capacity", "plan.json", "--scale-rate", "2", "--model", "chat", "--json"],
    { cwd },
  );
  expect(JSON.parse(twice.stdout)).toMatchObject({
    models: [{ model: "chat", requestsPerSecond: 4 }],
  });
});

test("a percentile with a fraction has no more digits than were typed; without requests, nothing runs", async () => {
  const { stdout } = await berth(
    ["capacity", "plan.json", "--percentiles", "99.9", "--rate", "0", "--json"],
    { cwd },
  );
  const { models } = JSON.parse(stdout) as CapacityDocument;
  expect(models.map(({ latencies }) => latencies[0]?.percentile)).toEqual([0.999, 0.999]);
  expect(models.map(({ concurrency }) => concurrency.running)).toEqual([0, 0]);
});

describe("a model without a place", () => {
  const LARGE = `  - name: large
    model: Qwen/Qwen2.5-72B-Instruct
    maxSeqLen: 4096
    workload: { rate: 0.5, prompt: 500, output: 100, targets: [{ metric: ttft, most: 1 s }] }
`;
  const own = folderWith({
    "fleet.yaml": `${FLEET}${LARGE}`,
    "azure.csv": TRACE,
    "alone.yaml": FLEET.replace(/models:[\s\S]*/, `models:\n${LARGE}`),
  });

  beforeAll(async () => {
    await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd: own });
    await berth(["plan", "alone.yaml", "--out", "alone.json"], { cwd: own });
  });

  test("serves nothing of what it is asked, beside models that are served", async () => {
    const { code, stdout } = await berth(["capacity", "plan.json"], { cwd: own });
    expect(code).toBe(1);
    expect(stdout).toMatch(/\n +large +0\.500 +0 .* no place/);
    expect(stdout).toMatch(/large +TTFT p95 ≤ 1\.00 s +missed +no place/);
    const { stdout: csv } = await berth(["capacity", "plan.json", "--csv"], { cwd: own });
    const [header = [], ...rows] = csv
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const large = rows.find(([name]) => name === "large");
    const at = (name: string) => large?.[header.indexOf(name)];
    expect(["requestsPerSecond", "mostRequestsPerSecond", "isServed"].map(at)).toEqual([
      "0.5",
      "0",
      "false",
    ]);
    expect(["targets", "targetsMet", "ttftP95TargetIsMet"].map(at)).toEqual(["1", "0", "false"]);
  });

  test.each([
    { why: "the only one that is asked for", args: ["plan.json", "--model", "large"] },
    { why: "the only one of the plan", args: ["alone.json"] },
  ])("is the answer where it is $why", async ({ args }) => {
    const { code, stdout } = await berth(["capacity", ...args, "--json"], { cwd: own });
    const document = JSON.parse(stdout) as CapacityDocument;
    expect([code, document.models]).toEqual([1, []]);
    expect(document.unplaced).toEqual([
      {
        model: "large",
        requestsPerSecond: 0.5,
        targets: [{ metric: "ttft", percentile: 0.95, mostSeconds: 1 }],
      },
    ]);
    const schema = new URL("../../data/schemas/capacity.schema.json", import.meta.url);
    const validate = new Ajv2020().compile(JSON.parse(readFileSync(schema, "utf8")));
    expect(validate(document) ? [] : validate.errors).toEqual([]);
  });

  test("is no matter of a model that is asked for alone", async () => {
    const ended = await berth(["capacity", "plan.json", "--model", "chat"], { cwd: own });
    expect([ended.code, ended.stdout.includes("large")]).toEqual([0, false]);
  });
});

describe("bad input is one sentence and exit code 2", () => {
  test.each([
    {
      args: ["bare.json"],
      says: "bare.json: expected a workload with the lengths of prompts and outputs: in the fleet file",
    },
    { args: ["plan.json", "--model", "chap"], says: "--model: expected chat, traced, got chap" },
    { args: ["plan.json", "--rate", "import(1)"], says: "--rate: expected numbers, vars" },
    {
      args: ["plan.json", "--percentiles", "100"],
      says: "--percentiles: expected percentiles from 1",
    },
    // a share where a percentile is asked for
    {
      args: ["plan.json", "--percentiles", "0.95"],
      says: "--percentiles: expected percentiles from 1",
    },
    { args: ["plan.json", "--prompt", "0"], says: "--prompt: tokens: expected 1 to" },
    { args: ["absent.json"], says: "absent.json: no such file" },
  ])("$says", async ({ args, says }) => {
    const ended = await berth(["capacity", ...args], { cwd });
    expect([ended.code, ended.stdout]).toEqual([2, ""]);
    expect(oneSentence(ended)).toContain(says);
  });
});
