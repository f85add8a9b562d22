import { describe, expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import { readLengths, resolveWorkloads } from "./resolve-workloads.ts";

const fleet = (workload: string, vars = ""): string => `${vars}
hosts: [{ name: box1, gpus: [{ gpu: rtx-4090 }] }]
models:
  - name: chat
    model: Qwen/Qwen3-8B
    workload: ${workload}
`;

async function resolved(workload: string, vars?: string): Promise<unknown> {
  const text = fleet(workload, vars);
  const [first] = await resolveWorkloads("f.yaml", parseFleetFile("f.yaml", text));
  return first;
}

test("expressions are worked out, and what is not said stays away", async () => {
  const vars = "vars: { users: 300, turns: users * 2 }";
  const workload =
    "{ rate: turns / 600, prompt: 2 * users, output: 8k, sharedPrefix: { tokens: 200 }, targets: [{ metric: ttft, most: 500 ms }, { metric: tpot, percentile: 99, most: 1 / 20 }] }";
  expect(await resolved(workload, vars)).toEqual({
    model: "chat",
    arrivals: "poisson",
    requestsPerSecond: 1,
    prompt: { kind: "fixed", tokens: 600 },
    output: { kind: "fixed", tokens: 8192 },
    sharedPrefix: { tokens: 200, share: 1 },
    targets: [
      { metric: "ttft", percentile: 0.95, mostSeconds: 0.5 },
      { metric: "tpot", percentile: 0.99, mostSeconds: 0.05 },
    ],
  });
  expect(await resolved("{ trace: azure.csv }")).toEqual({
    model: "chat",
    arrivals: "trace",
    trace: "azure.csv",
    targets: [],
  });
});

test("with units, in vars as well", async () => {
  const vars = "vars: { users: 300, each: 0.2 / minute, slo: 500 ms }";
  const workload =
    "{ rate: users * each, prompt: 2 * 100 tokens, output: 8k tokens, sharedPrefix: { tokens: 100, share: 80 % }, targets: [{ metric: e2e, most: 0.5 minutes }, { metric: ttft, most: slo * 2 }] }";
  expect(await resolved(workload, vars)).toMatchObject({
    requestsPerSecond: 1,
    prompt: { tokens: 200 },
    output: { tokens: 8192 },
    sharedPrefix: { tokens: 100, share: 0.8 },
    targets: [{ mostSeconds: 30 }, { mostSeconds: 1 }],
  });
});

test.each([
  "{ prompt: 600, sharedPrefix: { tokens: 600 } }",
  // some prompts are longer, whatever their median
  "{ prompt: { median: 600, p95: 3000 }, sharedPrefix: { tokens: 1k } }",
  // nobody has read the trace yet
  "{ trace: a.csv, sharedPrefix: { tokens: 1k } }",
])("a prefix that some prompt can have is one: %s", async (workload) => {
  expect(await resolved(workload)).toHaveProperty("sharedPrefix.share", 1);
});

test("bins of a histogram take what other lengths take", async () => {
  const written = "{ output: { histogram: [{ from: 512, to: 4k, weight: 1 }] } }";
  expect(await resolved(written)).toHaveProperty("output", {
    kind: "histogram",
    bins: [{ from: 512, to: 4096, weight: 1 }],
  });
});

test("a median and a 95th percentile are a lognormal", async () => {
  // ln(4000 / 500) / 1.6449 = 1.2642
  const lengths = await readLengths("--prompt", "500..4000");
  expect(lengths).toMatchObject({ kind: "lognormal", median: 500 });
  expect(lengths.kind === "lognormal" && lengths.sigma).toBeCloseTo(1.2642, 4);
  expect(await readLengths("--prompt", "2 * 8")).toEqual({ kind: "fixed", tokens: 16 });
});

describe("what makes no sense is one sentence with its key", () => {
  test.each([
    {
      workload: "{ rate: 0 - 1 }",
      says: "models[0].workload.rate: expected a number of at least 0",
    },
    {
      workload: "{ rate: user }",
      says: 'models[0].workload.rate: expected a name of vars, or a unit of time, requests or tokens, got "user"',
    },
    {
      workload: "{ rate: 5 minutes }",
      says: 'models[0].workload.rate: expected requests a second, such as 0.2 or 12 requests / minute, got "5 minutes", which is a time',
    },
    {
      workload: "{ prompt: 3 s }",
      says: 'models[0].workload.prompt: expected a number of tokens, such as 8k, got "3 s", which is a time',
    },
    {
      workload: "{ targets: [{ metric: ttft, most: 5 / minute }] }",
      says: "targets[0].most: expected a time, such as 500 ms or 2 s",
    },
    {
      workload: "{ prompt: 0.2 }",
      says: "models[0].workload.prompt: expected 1 to 100000000 tokens",
    },
    {
      workload: "{ prompt: 1e300 }",
      says: "models[0].workload.prompt: expected 1 to 100000000 tokens",
    },
    { workload: "{ prompt: { median: 5 } }", says: "expected either p95 or sigma beside median" },
    { workload: "{ prompt: { median: 500, p95: 40 } }", says: "expected p95 from the median on" },
    {
      workload:
        "{ output: { quantiles: [{ share: 0.5, tokens: 9 }, { share: 0.4, tokens: 10 }] } }",
      says: "models[0].workload.output.quantiles[1]: expected shares that rise",
    },
    {
      workload: "{ output: { histogram: [{ from: 9, to: 9, weight: 1 }] } }",
      says: "models[0].workload.output.histogram[0]: expected to above from",
    },
    {
      workload: "{ targets: [{ metric: ttft, most: 0 }] }",
      says: "targets[0].most: expected more than 0 seconds",
    },
    {
      workload: "{ targets: [{ metric: ttft, percentile: 0.95, most: 1 }] }",
      says: "targets[0].percentile: expected a percentile from 1 to below 100",
    },
    {
      workload: "{ trace: a.csv, arrivals: poisson }",
      says: "expected no arrivals beside a trace",
    },
    {
      workload: "{ prompt: 600, sharedPrefix: { tokens: 601 } }",
      says: "models[0].workload.sharedPrefix.tokens: expected at most 600 tokens, as many as the longest prompt has, got 601",
    },
    {
      workload: "{ prompt: { median: 600, p95: 900, most: 1k }, sharedPrefix: { tokens: 2k } }",
      says: "sharedPrefix.tokens: expected at most 1024 tokens",
    },
    {
      workload: "{ sharedPrefix: { tokens: 5, share: 2 } }",
      says: "sharedPrefix.share: expected a share from 0 to 1",
    },
    { workload: "{ rates: 5 }", says: "models[0].workload.rates: unknown key; did you mean rate?" },
  ])("$says", async ({ workload, says }) => {
    await expect(resolved(workload)).rejects.toThrow(says);
  });
});
