import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanDocument } from "@berth/core";
import type { WhatIfDocument } from "@berth/core/changes";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { berthHere } from "../support/in-process.ts";
import { folderWith, oneSentence } from "./run-berth.ts";

/** Two cards, and three models of 14 to 16 GB of weights, which need a card each: the largest finds no place. */
const FLEET = `hosts:
  - name: box1
    gpus: [{ gpu: rtx-4090, count: 2 }]
engine: vllm
costs: { perGpuHour: { rtx-4090: 0.4, rtx-3090: 0.2 } }
models:
  - name: chat
    model: Qwen/Qwen2.5-7B-Instruct
    maxSeqLen: 4096
    concurrency: { least: 1, want: 32 }
    workload: { rate: 1, prompt: 300, output: 150, targets: [{ metric: tpot, most: 60 ms }] }
  - { name: coder, model: meta-llama/Llama-3.1-8B-Instruct, quantization: bf16, maxSeqLen: 4096, concurrency: { least: 1, want: 16 } }
  - { name: third, model: Qwen/Qwen2.5-Coder-7B-Instruct, maxSeqLen: 4096, concurrency: { least: 1, want: 8 } }
`;
const TWO = FLEET.replace(/ {2}- \{ name: coder.*\n/, "");
/** One model with all that it wants. */
const CONTENT = FLEET.replace(/ {2}- name: chat[\s\S]*?(?= {2}- \{ name: third)/, "").replace(
  / {2}- \{ name: coder.*\n/,
  "",
);
const cwd = folderWith({ "fleet.yaml": FLEET, "content.yaml": CONTENT, "two.yaml": TWO });
const whatif = (...args: string[]) => berthHere(["whatif", "fleet.yaml", ...args], { cwd });

const schema = new URL("../../data/schemas/whatif.schema.json", import.meta.url);
const validate = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(schema, "utf8")) as object,
);

async function documentOf(...args: string[]): Promise<WhatIfDocument & { readonly code: number }> {
  const { stdout, code } = await whatif(...args, "--json");
  const document = JSON.parse(stdout) as WhatIfDocument;
  expect(validate(document) ? [] : validate.errors).toEqual([]);
  return { ...document, code };
}

beforeAll(async () => {
  await berthHere(["plan", "two.yaml", "--out", "plan.json"], { cwd });
});

test("a card more gives a model its place", async () => {
  const { before, after, models, code } = await documentOf("--add", "rtx-4090");
  expect(before).toMatchObject({ cards: 2, placed: 2, unplaced: ["coder"], worstShare: 0 });
  expect(after).toMatchObject({ cards: 3, placed: 3, unplaced: [], targets: 1, targetsMet: 1 });
  expect(models.map(({ model, before: then }) => [model, then !== undefined])).toEqual([
    ["chat", true],
    ["coder", false],
    ["third", true],
  ]);
  expect(models[1]?.after?.gpus).toHaveLength(1);
  expect(code).toBe(0);
});

test("a card less takes one away: that is a no, and the plan that runs need not be made again", async () => {
  const args = ["whatif", "plan.json", "--fleet", "two.yaml", "--remove", "box1:1"];
  const { stdout, code } = await berthHere(args, { cwd, width: 80 });
  expect(stdout).toMatch(/models placed +2 of 2 +1 of 2/);
  expect(stdout).toMatch(/(chat|third) has no place any more/);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(code).toBe(1);
});

test("changes combine: another card in one's place, two more, and rates that multiply", async () => {
  const { after, changes, models } = await documentOf(
    ...["--swap", "box1:0=h100-pcie-80gb", "--add", "2xrtx-3090", "--add", "box2=rtx-4090"],
    ...["--scale-rate", "2", "--scale-rate", "1.5"],
  );
  expect(changes).toHaveLength(5);
  expect(after).toMatchObject({ cards: 5, placed: 3 });
  expect(models[0]?.after?.requestsPerSecond).toBeCloseTo(3, 9);
  expect(models[0]?.before?.requestsPerSecond).toBeCloseTo(1, 9);
});

test("more than can be served is a no", async () => {
  const { code, models } = await documentOf("--scale-rate", "1000");
  expect([code, models[0]?.before?.isServed, models[0]?.after?.isServed]).toEqual([1, true, false]);
});

test("--buy says which card first: what brings as much for less, before what draws less", async () => {
  const { buy = [], code } = await documentOf("--buy", "rtx-4090,rtx-3060-12gb,rtx-3090");
  expect(buy.map(({ gpu, brings }) => [gpu, brings])).toEqual([
    [expect.stringMatching(/rtx-[34]090/), "models"],
    [expect.stringMatching(/rtx-[34]090/), "models"],
    // it holds a stage of a pipeline at most
    ["rtx-3060-12gb", "sequences"],
  ]);
  expect(buy.find(({ gpu }) => gpu === "rtx-3090")).toMatchObject({ perHour: 0.2, watts: 350 });
  expect(code).toBe(0);
  const all = ["whatif", "content.yaml", "--buy", "rtx-3090"];
  const content = await berthHere(all, { cwd });
  expect([content.code, content.stderr]).toEqual([1, ""]);
  expect(content.stdout).toContain("None of them brings this fleet anything.");
});

test("a card that no model runs on is said to be that", async () => {
  const args = ["whatif", "content.yaml", "--add", "box1=l4-24gb"];
  const { stdout } = await berthHere(args, { cwd });
  expect(stdout).toContain("note: no model runs on box1:2, the new l4-24gb");
  const { stdout: swapped } = await berthHere(
    ["whatif", "fleet.yaml", "--swap", "box1:0=h100-pcie-80gb"],
    { cwd },
  );
  expect(swapped).not.toContain("no model runs on");
});

describe("what a model is to outlive counts as it does in berth plan", () => {
  const loss = (rate: number): string => `hosts:
  - { name: box1, gpus: [{ gpu: rtx-4090 }] }
  - { name: box2, gpus: [{ gpu: rtx-4090 }] }
policy: { survive: host }
models:
  - name: chat
    model: Qwen/Qwen3-8B
    engine: vllm
    maxSeqLen: 8k
    workload: { rate: ${rate}, prompt: 600, output: 250, targets: [{ metric: ttft, most: 2 s }] }
`;
  // one RTX 4090 carries fewer than 4 requests a second of these
  const folder = folderWith({ "kept.yaml": loss(1), "lost.yaml": loss(5) });
  const run = (...args: string[]) => berthHere(args, { cwd: folder });

  test.each([
    { fleet: "kept.yaml", code: 0, times: 1, outlive: 1 },
    { fleet: "lost.yaml", code: 1, times: 1, outlive: 0 },
    { fleet: "kept.yaml", code: 1, times: 5, outlive: 0 },
  ])("$fleet, rates times $times: $outlive goes on", async ({ fleet, code, times, outlive }) => {
    const { stdout, code: ended } = await run(
      ...["whatif", fleet, "--scale-rate", String(times), "--json"],
    );
    const document = JSON.parse(stdout) as WhatIfDocument;
    expect(validate(document) ? [] : validate.errors).toEqual([]);
    expect(document.after).toMatchObject({ toOutlive: 1, outlive, placed: outlive });
    expect(ended).toBe(code);
    if (times === 1) {
      expect((await run("plan", fleet)).code).toBe(code);
    }
  });

  test("and says why, in the words of the plan, which its other plans have too", async () => {
    const { stdout } = await run("whatif", "lost.yaml", "--scale-rate", "1");
    expect(stdout).toMatch(/go on after a loss +0 of 1 +0 of 1/);
    const [why = ""] = /Without box\d its other replicas carry/.exec(stdout) ?? ["none"];
    expect((await run("plan", "lost.yaml")).stdout).toContain(why);
    const best = await run("plan", "lost.yaml", "--n-best", "2");
    expect([best.code, best.stdout]).toEqual([1, expect.stringContaining(why)]);
  });
});

describe("a plan alone says what it was made from", () => {
  const changes = ["--swap", "box1:1=rtx-3090", "--scale-rate", "2", "--json"];
  const answer = async (args: readonly string[], at: string, stdin?: string) => {
    const io = stdin === undefined ? { cwd: at } : { cwd: at, stdin };
    const { stdout, stderr, code } = await berthHere([...args, ...changes], io);
    expect([stderr, code]).toEqual(["", 0]);
    return JSON.parse(stdout) as WhatIfDocument;
  };

  test("so that it answers as with its fleet file beside it, from any folder and from stdin", async () => {
    const beside = await answer(["whatif", "plan.json", "--fleet", "two.yaml"], cwd);
    const text = readFileSync(join(cwd, "plan.json"), "utf8");
    const alone = folderWith({ "plan.json": text });
    expect(await answer(["whatif", "plan.json"], alone)).toEqual(beside);
    expect(await answer(["whatif", "-"], alone, text)).toEqual(beside);
  });

  const job =
    "<process_info><pid>7</pid><type>C</type><process_name>others-job</process_name><used_memory>100 MiB</used_memory></process_info>";
  const printed = readFileSync(
    new URL("../../examples/inventory/twelve-cards.xml", import.meta.url),
    "utf8",
  ).replace("<processes>", `$&${job}`);
  const inventoried = TWO.replace(/hosts:[\s\S]*?(?=engine:)/, "inventory: smi.xml\n");

  test("its cards too, with what they hold, and without the names of what runs on them", async () => {
    const own = folderWith({ "fleet.yaml": inventoried, "smi.xml": printed });
    await berthHere(["plan", "fleet.yaml", "--out", "plan.json"], { cwd: own });
    const text = readFileSync(join(own, "plan.json"), "utf8");
    const listed = await berthHere(["inventory", "smi.xml", "--json"], { cwd: own });
    const said = [listed.stdout, text].map((one) => one.includes("others-job"));
    expect(said).toEqual([true, false]);
    const alone = folderWith({ "plan.json": text });
    const [beside, found] = await Promise.all(
      [
        { args: ["plan.json", "--fleet", "fleet.yaml"], at: own },
        { args: ["plan.json"], at: alone },
      ].map(async ({ args, at }) => {
        const run = ["whatif", ...args, "--scale-rate", "2", "--json"];
        return JSON.parse((await berthHere(run, { cwd: at })).stdout) as WhatIfDocument;
      }),
    );
    expect(found).toEqual(beside);
    expect(found?.before.cards).toBe(12);
    const topology = ["whatif", "plan.json", "--topology", "topo.txt", "--scale-rate", "2"];
    const ended = await berthHere(topology, { cwd: alone });
    expect(oneSentence(ended)).toContain("--topology goes with --inventory");
  });

  test("but a plan of an earlier version asks for its fleet file, and one that was edited says where it is wrong", async () => {
    const { madeFrom, ...rest } = JSON.parse(
      readFileSync(join(cwd, "plan.json"), "utf8"),
    ) as PlanDocument;
    const { fleet } = madeFrom ?? {};
    const own = folderWith({
      "old.json": JSON.stringify(rest),
      "edited.json": JSON.stringify({
        ...rest,
        madeFrom: { fleet: { ...fleet, models: [{ name: "chat" }] } },
      }),
    });
    const run = (file: string) => berthHere(["whatif", file, "--scale-rate", "2"], { cwd: own });
    const old = await run("old.json");
    expect([old.code, old.stdout]).toEqual([2, ""]);
    expect(oneSentence(old)).toContain(
      "old.json: madeFrom: expected the fleet file that the plan was made from, which plans of earlier versions do not hold: give it too, as in --fleet fleet.yaml",
    );
    const edited = await run("edited.json");
    expect([edited.code, edited.stdout]).toEqual([2, ""]);
    expect(oneSentence(edited)).toContain(
      "edited.json, madeFrom.fleet: models[0].model: is missing",
    );
  });
});

/** A model of two replicas: one card of 24 GB holds one of them, two of 12 GB the other. */
const UNLIKE = `hosts: [{ name: box1, gpus: [{ gpu: rtx-4090, count: 1 }, { gpu: rtx-3080-12gb, count: 2 }] }]
engine: vllm
costs: { perGpuHour: { rtx-4090: 0.4, rtx-3080-12gb: 0.1 } }
models:
  - { name: chat, model: Qwen/Qwen2.5-7B-Instruct, maxSeqLen: 4096, replicas: 2, concurrency: 2, workload: { rate: 0.1, prompt: 300, output: 150 } }
`;

test("replicas that run unlike are told apart, each with its cards", async () => {
  const own = folderWith({ "fleet.yaml": UNLIKE });
  const args = ["whatif", "fleet.yaml", "--swap", "box1:0=rtx-4080"];
  const { stdout } = await berthHere(args, { cwd: own });
  expect(stdout).toContain(
    "1 × bf16 tp 1 pp 1 on 1 rtx-4090, 1 × bf16 tp 1 pp 2 on 2 rtx-3080-12gb",
  );
  const document = JSON.parse(
    (await berthHere([...args, "--json"], { cwd: own })).stdout,
  ) as WhatIfDocument;
  expect(document.models[0]?.before?.layouts.map(({ cards }) => cards)).toEqual([
    [{ gpu: "rtx-4090", count: 1 }],
    [{ gpu: "rtx-3080-12gb", count: 2 }],
  ]);
  expect(document.before.costPerMillionTokens).toBeGreaterThan(0);
});

describe("what stands in for workloads is what plans are made for", () => {
  // a rate that one replica of the file's own does not carry
  const asked = ["--rate", "20", "--prompt", "300..1200", "--output", "150", "--add", "rtx-4090"];

  test("as a fleet file that says the same, before and after", async () => {
    const written = TWO.replace(
      "rate: 1, prompt: 300,",
      "rate: 20, prompt: { median: 300, p95: 1200 },",
    ).replace(
      "want: 8 }",
      "want: 8 }, workload: { rate: 20, prompt: { median: 300, p95: 1200 }, output: 150 }",
    );
    const own = folderWith({ "fleet.yaml": TWO, "written.yaml": written });
    const [stoodIn, said] = await Promise.all(
      [
        ["fleet.yaml", ...asked],
        ["written.yaml", "--add", "rtx-4090"],
      ].map(async (args) => {
        const { stdout } = await berthHere(["whatif", ...args, "--json"], { cwd: own });
        return JSON.parse(stdout) as WhatIfDocument;
      }),
    );
    expect(stoodIn).toEqual(said);
    expect(stoodIn?.models.map(({ after }) => after?.requestsPerSecond)).toEqual([20, 20]);
    expect(stoodIn?.warnings.join()).toContain("20 are asked for");
  });

  test("they are no change by themselves", async () => {
    const ended = await whatif("--rate", "20");
    expect([ended.code, ended.stdout]).toEqual([2, ""]);
    expect(oneSentence(ended)).toContain("expected a change beside --rate, --prompt and --output");
  });
});

test("a plan of other cards is said to be that, and one of other models is refused", async () => {
  const others = FLEET.replace("name: box1", "name: box2");
  const models = FLEET.replace(/name: (chat|coder|third)/g, "name: new-$1");
  const own = folderWith({ "two.yaml": TWO, "others.yaml": others, "models.yaml": models });
  await berthHere(["plan", "two.yaml", "--out", "plan.json"], { cwd: own });
  const args = (fleet: string) => ["whatif", "plan.json", "--fleet", fleet, "--scale-rate", "2"];
  const { stdout } = await berthHere([...args("others.yaml"), "--json"], { cwd: own });
  const [first] = (JSON.parse(stdout) as WhatIfDocument).warnings;
  expect(first).toContain("the plan uses box1:0, box1:1, which the fleet does not have");
  const refused = await berthHere(args("models.yaml"), { cwd: own });
  expect(refused.code).toBe(2);
  expect(oneSentence(refused)).toContain("which runs chat, third, got one of new-chat, new-coder");
});

describe("bad input is one sentence and exit code 2", () => {
  test.each([
    { args: [], says: "expected a change: --add" },
    { args: ["--add", "rtx-4091"], says: "did you mean rtx-4090?" },
    { args: ["--add", "0xrtx-4090"], says: "--add: expected a card such as rtx-4090" },
    { args: ["--add", "999999999xrtx-4090"], says: "up to 64xrtx-4090" },
    { args: ["--add", "=rtx-4090"], says: "--add: expected a card such as" },
    { args: ["--remove", "box1:9"], says: "expected a card of the fleet (box1:0, box1:1), got" },
    { args: ["--remove", "box1:0", "--remove", "box1:1"], says: "at least one card to be left" },
    {
      args: ["--remove", "box1:0", "--remove", "box1:0"],
      says: "expected a card of the fleet (box1:1)",
    },
    { args: ["--swap", "box1:0"], says: "such as box1:3=rtx-4090, got box1:0" },
    { args: ["--scale-rate", "0"], says: "--scale-rate: expected a number above 0" },
    { args: ["--scale-rate", "NaN"], says: "--scale-rate: expected a number above 0" },
    { args: ["--scale-rate=-1"], says: "--scale-rate: expected a number above 0" },
    { args: ["--buy", "rtx-4091"], says: "--buy: expected cards of the catalogue, or any" },
    { args: ["--buy", ""], says: "--buy: expected" },
    { args: ["--fleet", "absent.yaml", "--add", "rtx-4090"], says: "fleet.yaml" },
  ])("$args", async ({ args, says }) => {
    const ended = await whatif(...args);
    expect([ended.code, ended.stdout]).toEqual([2, ""]);
    expect(oneSentence(ended)).toContain(says);
  });
});
