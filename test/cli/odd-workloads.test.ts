import { describe, expect, test } from "vitest";
import { berthHere, type Said } from "../support/in-process.ts";
import { nullsIn } from "../support/promised-numbers.ts";
import { folderWith } from "./run-berth.ts";

const TARGETS =
  "targets: [{ metric: ttft, most: 1 s }, { metric: tpot, percentile: 99, most: 0.05 }, { metric: e2e, most: 1 minute }]";

interface Odd {
  /** What stands in the workload beside three targets. */
  readonly asks: string;
  readonly vars?: string;
  /** Text of trace.csv. */
  readonly trace?: string;
}

function folderOf({ asks, vars = "{}", trace = "" }: Odd): string {
  const fleet = `hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
engine: vllm
vars: ${vars}
models:
  - { name: a, model: Qwen/Qwen2.5-7B-Instruct, maxSeqLen: 4096, concurrency: 8, workload: { ${asks}, ${TARGETS} } }
`;
  return folderWith({ "fleet.yaml": fleet, "trace.csv": trace });
}

/** 0 or 1 with numbers everywhere: no NaN, no infinity, no null, nothing of JavaScript. */
function expectAnswer({ code, stdout, stderr }: Said, isJson: boolean): void {
  expect([0, 1], stderr).toContain(code);
  expect(`${stdout}${stderr}`).not.toMatch(/\bNaN\b|\bInfinity\b|\bundefined\b|\[object/);
  if (isJson) {
    expect(nullsIn(JSON.parse(stdout))).toEqual([]);
  }
}

const SIMULATED = ["--simulate", "--monte-carlo", "40", "--minutes", "1", "--seed", "1"];

async function expectAnswers(odd: Odd): Promise<void> {
  const cwd = folderOf(odd);
  const plan = await berthHere(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
  expectAnswer(plan, false);
  expectAnswer(await berthHere(["plan", "fleet.yaml", "--json"], { cwd }), true);
  for (const more of [[], SIMULATED]) {
    expectAnswer(await berthHere(["capacity", "plan.json", ...more], { cwd }), false);
    expectAnswer(await berthHere(["capacity", "plan.json", "--csv", ...more], { cwd }), false);
    expectAnswer(await berthHere(["capacity", "plan.json", "--json", ...more], { cwd }), true);
  }
  expectAnswer(await berthHere(["explain", "plan.json"], { cwd }), false);
}

const LENGTHS = "prompt: 200, output: 100";
const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");

describe("odd workloads are answered with numbers, by all ways to ask", () => {
  test.each<Odd & { readonly what: string }>([
    { what: "no requests", asks: `rate: 0, ${LENGTHS}` },
    { what: "one request in 30,000 years", asks: `rate: 1e-12, ${LENGTHS}` },
    { what: "far more than any card serves", asks: `rate: 1000, ${LENGTHS}` },
    { what: "constant arrivals of no requests", asks: `rate: 0, arrivals: constant, ${LENGTHS}` },
    { what: "no rate", asks: LENGTHS },
    { what: "outputs of one token", asks: "rate: 0.5, prompt: 200, output: 1" },
    { what: "one token in, one out", asks: "rate: 0.5, prompt: 1, output: 1" },
    { what: "prompts beyond max_seq_len", asks: "rate: 0.5, prompt: 100k, output: 100" },
    { what: "outputs that outlast the simulation", asks: "rate: 0.5, prompt: 200, output: 1e8" },
    {
      what: "a lognormal without spread",
      asks: "rate: 0.5, prompt: { median: 500, sigma: 0 }, output: 9",
    },
    {
      what: "the widest lognormal",
      asks: "rate: 0.5, prompt: { median: 500, sigma: 5 }, output: { median: 99, sigma: 5 }",
    },
    {
      what: "a most below the median",
      asks: "rate: 0.5, prompt: { median: 500, sigma: 1, most: 10 }, output: 9",
    },
    {
      what: "quantiles that begin and end inside",
      asks: "rate: 0.5, prompt: { quantiles: [{ share: 0.5, tokens: 9 }, { share: 0.6, tokens: 9 }] }, output: 9",
    },
    {
      what: "a histogram of one bin",
      asks: "rate: 0.5, prompt: { histogram: [{ from: 100, to: 101, weight: 1 }] }, output: 9",
    },
    {
      what: "bins without weight, and the least one",
      asks: "rate: 0.5, prompt: { histogram: [{ from: 1, to: 2, weight: 0 }, { from: 9, to: 20, weight: 5e-324 }, { from: 30, to: 40, weight: 0 }] }, output: 9",
    },
    {
      what: "a prefix as long as all prompts",
      asks: `rate: 0.5, ${LENGTHS}, sharedPrefix: { tokens: 200 }`,
    },
    {
      what: "a prefix that nobody shares",
      asks: `rate: 0.5, ${LENGTHS}, sharedPrefix: { tokens: 200, share: 0 }`,
    },
    {
      what: "a prefix beyond max_seq_len",
      asks: "rate: 0.5, prompt: 10000, output: 9, sharedPrefix: { tokens: 9000 }",
    },
    {
      what: "a rate with a unit over vars",
      vars: "{ people: 30, each: 1 request / minute }",
      asks: `rate: people * each, ${LENGTHS}`,
    },
    { what: "a trace of one line", trace: "5,100,50\n", asks: "trace: trace.csv" },
    { what: "a trace at one time", trace: lines(20, () => "5,100,50"), asks: "trace: trace.csv" },
    {
      what: "a trace at one time beside a rate",
      trace: lines(20, () => "5,100,50"),
      asks: "trace: trace.csv, rate: 0.5",
    },
    {
      what: "a trace beside no requests",
      trace: "0,100,50\n9,100,50",
      asks: "trace: trace.csv, rate: 0",
    },
    {
      what: "a trace out of order, with CRLF and a mark of order",
      trace: "\ufefftime,prompt,output\r\n9,100,50\r\n1,20,6\r\n",
      asks: "trace: trace.csv",
    },
    {
      what: "requests longer than any sequence",
      trace: "0,100000000,100000000\n9,100000000,1",
      asks: "trace: trace.csv",
    },
    {
      what: "as many requests a second as are read",
      trace: "0,100,50\n0.000000001,100,50",
      asks: "trace: trace.csv, rate: 1",
    },
    { what: "a year-long pause", trace: "0,100,50\n31536000,100,50", asks: "trace: trace.csv" },
    {
      what: "a burst of 20,000",
      trace: `${lines(20_000, () => "0,10,2")}\n600,10,2`,
      asks: "trace: trace.csv",
    },
    {
      what: "BurstGPT with more columns",
      trace:
        "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,,1.2,ChatGPT,472,18,490,Conversation log\n45,x,3,GPT-4,1087,230,1317,API log\n99,x,3,GPT-4,10,0,10,API log\n",
      asks: "trace: trace.csv",
    },
    {
      what: "Azure with a quoted column first",
      trace:
        'Region,TIMESTAMP,ContextTokens,GeneratedTokens\n"eu, west",2023-11-16 18:15:46.6805900,374,44\n,2023-11-16 18:15:50.9951690,396,109\n',
      asks: "trace: trace.csv",
    },
  ])("$what", expectAnswers);
});

test("a trace of 200,000 lines is followed one by one and path by path", async () => {
  const trace = lines(200_000, (i) => `${i / 2},${100 + (i % 1000)},${1 + (i % 200)}`);
  await expectAnswers({ trace, asks: "trace: trace.csv" });
});

test("plan and capacity say alike what they make of a trace without times", async () => {
  const cwd = folderWith({
    "trace.csv": "5,100,50\n5,10,5\n",
    "fleet.yaml": `hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, engine: vllm, model: Qwen/Qwen2.5-7B-Instruct, maxSeqLen: 4096, workload: { trace: trace.csv } }]`,
  });
  const plan = await berthHere(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
  expect(plan.code).toBe(0);
  const planned = await berthHere(["plan", "fleet.yaml"], { cwd });
  expect(`${planned.stdout}${planned.stderr}`).toContain(
    "a has no rate, since all requests of trace.csv come at one time: each replica is planned for one sequence at a time",
  );
  const { code, stdout } = await berthHere(["capacity", "plan.json"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain("note: a has no rate: shown at 80 % of what it can serve");
  expect(stdout).toContain(
    "note: a: all requests of its trace come at one time, so that it tells their lengths alone",
  );
});

const rated = (rate: string): Odd => ({ asks: `rate: ${rate}, ${LENGTHS}` });
const deep = `${"(".repeat(90)}1${")".repeat(90)}`;
const NOT_RUN = /models\[0\]\.workload\.rate: expected numbers, vars, units, .*, got /;

describe("what makes no sense is refused in one sentence", () => {
  test.each<Odd & { readonly says: RegExp }>([
    { ...rated("-1"), says: /workload\.rate: expected at least 0, got -1/ },
    {
      ...rated("1e300"),
      says: /workload\.rate: expected 0, or 1e-12 to 1000000000 requests a second, got 1e\+300/,
    },
    { ...rated("5e-324"), says: /workload\.rate: expected 0, or 1e-12 to .*, got 5e-324/ },
    { ...rated(".nan"), says: /workload\.rate: expected a number or a text, got NaN/ },
    { ...rated('"1/0"'), says: /workload\.rate: expected a number, but "1\/0" is Infinity/ },
    { ...rated('"2 s"'), says: /expected requests a second, .*got "2 s", which is a time/ },
    { ...rated('" "'), says: /got nothing/ },
    { ...rated("'import({})'"), says: NOT_RUN },
    { ...rated("'createUnit(\"x\")'"), says: NOT_RUN },
    { ...rated("'simplify(\"1\")'"), says: NOT_RUN },
    { ...rated("'ones(1000000000)'"), says: NOT_RUN },
    { ...rated('"[1:1e9]"'), says: NOT_RUN },
    { ...rated('"f(x) = f(x)"'), says: NOT_RUN },
    { ...rated('"a = 3; a"'), says: NOT_RUN },
    { ...rated('"1e9!"'), says: NOT_RUN },
    { ...rated(`"${deep}"`), says: /expected at most 50 parentheses in each other/ },
    {
      ...rated(`"${"1+".repeat(120)}1"`),
      says: /expected an expression of at most 200 characters/,
    },
    { ...rated("'min.constructor(\"return 1\")()'"), says: /expected an expression such as/ },
    {
      ...rated("users"),
      vars: '{ users: "b * 2", b: "users * 2" }',
      says: /vars\.users: expected a name of vars that stands before this one, got "b"/,
    },
    {
      ...rated("users"),
      vars: '{ users: "users + 1" }',
      says: /vars\.users: expected a name of vars that stands before this one, got "users"/,
    },
    {
      asks: "rate: 1, prompt: 200, output: 0",
      says: /workload\.output: expected 1 to 100000000 tokens, got 0/,
    },
    {
      asks: "rate: 1, prompt: -5, output: 9",
      says: /workload\.prompt: expected at least 0, got -5/,
    },
    {
      asks: "rate: 1, prompt: { median: 500, p95: 100 }, output: 9",
      says: /workload\.prompt: expected p95 from the median on .*, got \{"median":500,"p95":100\}/,
    },
    {
      asks: "rate: 1, prompt: { quantiles: [{ share: 0, tokens: 9 }, { share: 1, tokens: 5 }] }, output: 9",
      says: /prompt\.quantiles\[1\]: expected shares that rise .*, got \{"share":1,"tokens":5\} after/,
    },
    {
      asks: "rate: 1, prompt: { histogram: [{ from: 9, to: 20, weight: 0 }] }, output: 9",
      says: /prompt\.histogram\[0\]: expected to above from, and a weight .*, got \{"from":9,"to":20,"weight":0\}/,
    },
    { asks: "trace: none.csv", says: /none\.csv: no such file/ },
    {
      asks: "trace: trace.csv",
      trace: "",
      says: /trace\.csv: expected requests, got a trace without any/,
    },
    {
      asks: "trace: trace.csv",
      trace: "time,prompt,output\n",
      says: /trace\.csv: expected requests, got a trace without any/,
    },
    {
      asks: "trace: trace.csv",
      trace: "0,100,0\n1,9,0",
      says: /trace\.csv: expected requests with an answer, got 2 without/,
    },
    {
      asks: "trace: trace.csv",
      trace: "0,100,50\n-1,200,60\n",
      says: /trace\.csv: line 2: expected a time, .*, got "-1,200,60"/,
    },
    {
      asks: "trace: trace.csv",
      trace: "0,100,50\n1,-200,60\n",
      says: /trace\.csv: line 2: expected a time, /,
    },
    {
      asks: "trace: trace.csv",
      trace: "time;prompt;output\n0;1;2\n",
      says: /trace\.csv: line 1: expected a column time/,
    },
    {
      asks: "trace: trace.csv",
      trace: "0,100,50\n0.0000000001,200,60\n",
      says: /trace\.csv: expected 0, or 1e-12 to .*, got 1/,
    },
  ])("$asks $vars", async ({ says, ...odd }) => {
    const { code, stdout, stderr } = await berthHere(["plan", "fleet.yaml"], {
      cwd: folderOf(odd),
    });
    expect({ code, stdout, lines: stderr.trimEnd().split("\n").length }).toEqual({
      code: 2,
      stdout: "",
      lines: 1,
    });
    expect(stderr).toMatch(says);
  });
});

test.each([
  { flags: ["--rate", "1e300"], says: /--rate: expected 0, or 1e-12 to 1000000000 requests/ },
  { flags: ["--rate=-1"], says: /--rate: expected 0, or 1e-12 to 1000000000 requests/ },
  { flags: ["--scale-rate", "1e300"], says: /plan\.json: workload of a: expected 0, or 1e-12/ },
  { flags: ["--prompt", "0"], says: /--prompt: tokens: expected 1 to 100000000 tokens, got "0"/ },
])("$flags is refused in one sentence", async ({ flags, says }) => {
  const cwd = folderOf(rated("1"));
  await berthHere(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
  const { code, stdout, stderr } = await berthHere(["capacity", "plan.json", ...flags], { cwd });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(says);
});
