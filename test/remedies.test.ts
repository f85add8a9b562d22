import { type FleetFile, type PlanDocument, parseFleetFile, planFleet } from "@berth/core";
import { describe, expect, test } from "vitest";
import { applied, type Change } from "./support/apply-by-hand.ts";

/** Fleets in which one model has no place, each for another reason. */
const FLEETS: Readonly<Record<string, string>> = {
  "too large in 16 bits": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-14B }]`,
  "too large at any precision": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 8 }, { gpu: rtx-4090, count: 4 }] }]
models: [{ name: a, model: deepseek-ai/DeepSeek-V3, quantization: auto, tp: 4, pp: 1, maxSeqLen: 4k }]`,
  "a precision without kernels": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 2 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-0.5B, quantization: fp8 }]`,
  "every card exclusive to another": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 2 }] }]
models:
  - { name: own, model: Qwen/Qwen2-7B, exclusive: true, replicas: 2, tp: 1, pp: 1, priority: 1, maxSeqLen: 2k }
  - { name: a, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, maxSeqLen: 2k }`,
  "kept apart on the only card": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models:
  - { name: first, model: Qwen/Qwen2.5-1.5B, priority: 1, maxSeqLen: 2k }
  - { name: a, model: Qwen/Qwen2.5-0.5B, notWith: [first], maxSeqLen: 2k }`,
  "pinned to a card that is full": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models:
  - { name: first, model: Qwen/Qwen2-7B, gpus: "box:0", priority: 1, maxSeqLen: 4k, concurrency: 12 }
  - { name: a, model: Qwen/Qwen2.5-1.5B, gpus: "box:0", maxSeqLen: 4k, concurrency: 12 }`,
  "more replicas than cards": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 3 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-0.5B, replicas: 5, tp: 1, pp: 1 }]`,
  "sequences too long for the card": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: meta-llama/Llama-3.1-8B, tp: 1, pp: 1, maxSeqLen: 128k, maxNumTokens: 8k }]`,
  "twelve cards that are taken": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 4 }] }]
models:
  - { name: own, model: Qwen/Qwen2-7B, exclusive: true, replicas: 4, tp: 1, pp: 1, priority: 1 }
  - { name: a, model: Qwen/Qwen2-7B, tp: 1, pp: 1, exclusive: true }`,
  "another pinned where only this one may go": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090 }, { gpu: rtx-4090 }] }]
models:
  - { name: first, model: Qwen/Qwen2-7B, gpus: rtx-4090, priority: 1, maxSeqLen: 4k, concurrency: 8, tp: 1, pp: 1 }
  - { name: a, model: Qwen/Qwen2-7B, quantization: fp8, maxSeqLen: 4k, concurrency: 8, tp: 1, pp: 1 }`,
  "no two models on a card": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090 }] }]
policy: { sharing: exclusive }
models:
  - { name: first, model: Qwen/Qwen2.5-1.5B, priority: 1, maxSeqLen: 2k }
  - { name: a, model: Qwen/Qwen2.5-0.5B, maxSeqLen: 2k }`,
  "one of three that fit two by two": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models:
  - { name: first, model: Qwen/Qwen2.5-14B, quantization: int4-awq, priority: 1 }
  - { name: second, model: Qwen/Qwen2.5-14B, quantization: int4-awq, priority: 1, notWith: [first] }
  - { name: a, model: Qwen/Qwen2.5-14B, quantization: int4-awq }`,
  "as many as there are, and one more": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models:
  - { name: first, model: mistralai/Mistral-Small-24B-Instruct-2501, quantization: int4-awq }
  - { name: second, model: mistralai/Mistral-Small-24B-Instruct-2501, quantization: int4-awq, notWith: [first] }
  - { name: a, model: mistralai/Mistral-Small-24B-Instruct-2501, quantization: int4-awq, notWith: [first] }`,
  "one replica that is to outlive its card": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models: [{ name: a, model: Qwen/Qwen2-7B, replicas: 1, survive: gpu, concurrency: 2 }]`,
  "two replicas that are to outlive their one host": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models: [{ name: a, model: Qwen/Qwen2-7B, survive: host, concurrency: 2 }]`,
  "a loss that leaves too little room": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 3 }] }]
models: [{ name: a, model: Qwen/Qwen2-7B, tp: 1, pp: 1, survive: gpu, concurrency: 18, replicas: 2 }]`,
  "a smaller precision that is not enough by itself": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: Qwen/Qwen3-14B, engine: vllm, maxSeqLen: 32k, concurrency: 4 }]`,
  "two in 16 bits on a card that holds one": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090 }] }]
models:
  - { name: first, model: Qwen/Qwen3-8B, engine: vllm, quantization: bf16, maxSeqLen: 8k }
  - { name: a, model: meta-llama/Llama-3.1-8B, engine: vllm, quantization: bf16, maxSeqLen: 8k }`,
  "too large by itself, beside another that would leave no room": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090 }] }]
models:
  - { name: first, model: Qwen/Qwen2-7B, maxSeqLen: 4k }
  - { name: a, model: Qwen/Qwen2.5-14B, maxSeqLen: 4k }`,
  "kept apart on a card that would hold neither both": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models:
  - { name: first, model: Qwen/Qwen2-7B, maxSeqLen: 4k }
  - { name: a, model: Qwen/Qwen2.5-7B-Instruct, notWith: [first], maxSeqLen: 4k }`,
  "one card where the model takes two at any precision": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 2 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-32B, tp: 1, pp: 1, maxSeqLen: 16k }]`,
  "less power than the cards in use would draw": `
hosts: [{ name: box, powerBudgetW: 1000, gpus: [{ gpu: rtx-4090, count: 4 }] }]
models:
  - { name: first, model: Qwen/Qwen2-7B, replicas: 2, tp: 1, pp: 1, maxSeqLen: 4k, exclusive: true, priority: 1 }
  - { name: a, model: Qwen/Qwen2.5-14B, quantization: int4-awq, maxSeqLen: 4k, exclusive: true }`,
  "too little host memory to load through, and too little disk": `
hosts: [{ name: box, memory: 8 GiB, disk: 12 GiB, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-14B, quantization: fp8, maxSeqLen: 4k }]`,
  "too little disk for the files of both": `
hosts: [{ name: box, disk: 20 GiB, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models:
  - { name: first, model: Qwen/Qwen2-7B, maxSeqLen: 4k, priority: 1 }
  - { name: a, model: Qwen/Qwen2.5-7B-Instruct, maxSeqLen: 4k }`,
  "too large for the card, and for the disk at any precision": `
hosts: [{ name: box, disk: 5 GiB, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-14B, maxSeqLen: 4k }]`,
  "one replica that is to outlive its card, and is too large for it": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-14B, replicas: 1, survive: gpu, maxSeqLen: 4k }]`,
  "three changes of which none can be left out": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 2 }] }]
engine: vllm
models:
  - { name: a, model: Qwen/Qwen2.5-32B-Instruct, maxSeqLen: 32k, concurrency: 4, priority: 2 }
  - { name: first, model: Qwen/Qwen2.5-7B-Instruct, maxSeqLen: 8k }`,
  "kept from two others, of whom one is enough": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models:
  - { name: first, model: Qwen/Qwen2.5-1.5B-Instruct, notWith: [second, a], maxSeqLen: 8k, tp: 1, pp: 1 }
  - { name: second, model: Qwen/Qwen2.5-3B-Instruct, notWith: [a], maxSeqLen: 8k, tp: 1, pp: 1 }
  - { name: a, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 8k, tp: 1, pp: 1 }`,
  "a layout that the heads forbid": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 4 }] }]
models: [{ name: a, model: Qwen/Qwen2-7B, tp: 3, pp: 1 }]`,
};

const plan = (fleet: FleetFile): Promise<PlanDocument> => planFleet({ file: "fleet.yaml", fleet });

describe.each(Object.entries(FLEETS))("%s", async (_, yaml) => {
  const fleet = parseFleetFile("fleet.yaml", yaml);
  const { unplaced, deployments } = await plan(fleet);
  const [refused] = unplaced;

  test("is said with a reason that has a sentence of its own", () => {
    expect(unplaced.map(({ model }) => model)).toEqual(["a"]);
    expect(refused?.reasons.length).toBeGreaterThan(0);
    for (const { text } of refused?.reasons ?? []) {
      expect(text).not.toMatch(/undefined|NaN|, ,|beside {2}|Infinity/);
    }
  });

  test("has remedies, and each works when it is done by hand", async () => {
    expect(refused?.remedies.length).toBeGreaterThan(0);
    for (const { text, change, verified } of refused?.remedies ?? []) {
      expect(verified).toBe(true);
      const again = await plan(applied(fleet, "a", change));
      expect(again.unplaced, text).toEqual([]);
      expect(text).not.toMatch(/parallel 0/);
    }
  });

  test("claims no shortage that one of its own remedies refutes", () => {
    const short = refused?.reasons.find(({ code }) => code === "fleet-short") as
      | { quantization?: string }
      | undefined;
    const inSettings =
      refused?.remedies.filter(
        ({ change }) =>
          !("addGpus" in change) &&
          !("model" in change) &&
          !("maxSeqLen" in change) &&
          !("maxNumTokens" in change) &&
          !("concurrency" in change) &&
          !("kvCacheDtype" in change),
      ) ?? [];
    const refuting = inSettings.filter(
      ({ change }) => short !== undefined && !("quantization" in change) && !("tp" in change),
    );
    expect(refuting).toEqual([]);
  });

  test("leaves the others where they were", () => {
    expect(deployments.every(({ model }) => model !== "a")).toBe(true);
  });
});

test.each([
  ["every card exclusive to another", "exclusive"],
  ["kept apart on the only card", "notWith"],
  ["pinned to a card that is full", "gpus"],
])("%s is said once, by the conflict that names %s", async (name, requirement) => {
  const { unplaced } = await plan(parseFleetFile("fleet.yaml", FLEETS[name] ?? ""));
  expect(unplaced[0]?.reasons).toMatchObject([
    {
      code: "conflict",
      members: expect.arrayContaining([expect.objectContaining({ requirement })]),
    },
  ]);
});

test.each([
  ["more replicas than cards", "replicas-need-cards"],
  ["too large at any precision", "fleet-short"],
  ["a precision without kernels", "precision-unsupported"],
  ["a layout that the heads forbid", "tp-divides-heads"],
  ["one replica that is to outlive its card", "lost-at-once"],
  ["two replicas that are to outlive their one host", "lost-at-once"],
])("%s is called by its name: %s", async (name, code) => {
  const { unplaced } = await plan(parseFleetFile("fleet.yaml", FLEETS[name] ?? ""));
  const codes = unplaced[0]?.reasons.map((reason) => reason.code);
  expect(codes?.filter((each) => each !== "conflict")[0]).toBe(code);
});

test.each([
  ["another pinned where only this one may go", "others"],
  ["no two models on a card", "exclusive"],
  ["one replica that is to outlive its card", "replicas"],
  ["two replicas that are to outlive their one host", "survive"],
  ["a loss that leaves too little room", "replicas"],
  ["as many as there are, and one more", "dropModels"],
  ["too large in 16 bits", "model"],
  ["one of three that fit two by two", "maxNumTokens"],
])("%s: one remedy changes %s", async (name, key) => {
  const { unplaced } = await plan(parseFleetFile("fleet.yaml", FLEETS[name] ?? ""));
  expect(unplaced[0]?.remedies.some(({ change }) => key in change)).toBe(true);
});

/** Keys of a change that are given up together. */
const PARTS: readonly (readonly string[])[] = [
  ["quantization"],
  ["kvCacheDtype"],
  ["concurrency"],
  ["notWith"],
  ["others"],
  ["hosts"],
  ["survive"],
  ["tp", "pp"],
];

/** Changes that are only enough together, by what each of them changes. */
test.each([
  [
    "a smaller precision that is not enough by itself",
    { quantization: "int4-awq", kvCacheDtype: "fp8" },
  ],
  [
    "too large by itself, beside another that would leave no room",
    { quantization: "int4-awq", others: { first: { quantization: "int4-awq" } } },
  ],
  [
    "a smaller precision that is not enough by itself",
    { model: "Qwen/Qwen3-4B", quantization: "int4-awq" },
  ],
  [
    "two in 16 bits on a card that holds one",
    { quantization: "fp8", others: { first: { quantization: "fp8" } } },
  ],
  [
    "kept apart on a card that would hold neither both",
    { quantization: "fp8", notWith: [], others: { first: { quantization: "fp8" } } },
  ],
  [
    "one card where the model takes two at any precision",
    { quantization: "int4-awq", tp: [1, 2, 4, 8], pp: [1, 2, 3, 4, 6, 8] },
  ],
  [
    "too large for the card, and for the disk at any precision",
    { quantization: "fp8", hosts: { box: { disk: "16 GiB" } } },
  ],
  [
    "one replica that is to outlive its card, and is too large for it",
    { quantization: "fp8", survive: "none", replicas: 1, maxBatchSize: 1 },
  ],
  [
    "three changes of which none can be left out",
    {
      quantization: "int4-awq",
      concurrency: { least: 1, want: 4 },
      others: { first: { quantization: "fp8" } },
    },
  ],
  ["kept from two others, of whom one is enough", { others: { first: { notWith: ["second"] } } }],
])("%s: what is enough together, and not without any part of it", async (name, change: Change) => {
  const fleet = parseFleetFile("fleet.yaml", FLEETS[name] ?? "");
  const { unplaced } = await plan(fleet);
  expect(unplaced[0]?.remedies.map((remedy) => remedy.change)).toContainEqual(change);
  for (const part of PARTS) {
    const rest = Object.entries(change).filter(([key]) => !part.includes(key));
    if (rest.length < Object.keys(change).length) {
      const without = applied(fleet, "a", Object.fromEntries(rest));
      expect((await plan(without)).unplaced, part.join()).not.toEqual([]);
    }
  }
});

/** Three cards of 450 W; 15.21 GiB to load; two files of 14.2 GiB. */
test.each([
  [
    "less power than the cards in use would draw",
    { powerBudgetW: 1350 },
    /^Give box 350 W more power for its cards: 1,350 W instead of 1,000 W\./,
  ],
  [
    "too little host memory to load through, and too little disk",
    { memory: "16 GiB", disk: "16 GiB" },
    /8 GiB more host memory .*: 16 GiB instead of 8\.00 GiB, and give box 4 GiB more disk/,
  ],
  [
    "too little disk for the files of both",
    { disk: "29 GiB" },
    /^Give box 9 GiB more disk: 29 GiB instead of 20\.00 GiB\./,
  ],
])("%s: what the host lacks is said", async (name, box, text) => {
  const { unplaced } = await plan(parseFleetFile("fleet.yaml", FLEETS[name] ?? ""));
  expect(unplaced[0]?.remedies).toContainEqual({
    text: expect.stringMatching(text),
    change: { hosts: { box } },
    verified: true,
  });
});

test("what is enough together is said with what is changed of the model itself first", async () => {
  const { unplaced } = await plan(
    parseFleetFile("fleet.yaml", FLEETS["kept apart on a card that would hold neither both"] ?? ""),
  );
  expect(unplaced[0]?.remedies[0]?.text).toBe(
    "Run it at fp8, let it share a card with first, and run first at fp8 instead of bf16.",
  );
});

describe("the largest value that works", async () => {
  const fleet = parseFleetFile(
    "fleet.yaml",
    `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: Qwen/Qwen2-7B, tp: 1, pp: 1, maxSeqLen: 32k, concurrency: 12 }]`,
  );
  const { unplaced } = await plan(fleet);
  const remedies = unplaced[0]?.remedies ?? [];
  const fits = async (change: Change): Promise<boolean> =>
    (await plan(applied(fleet, "a", change))).unplaced.length === 0;

  test("is offered for the length, to 128 tokens", async () => {
    const change = remedies.find((remedy) => "maxSeqLen" in remedy.change)?.change ?? {};
    const longer = Number(change["maxSeqLen"]) + 128;
    expect(await fits(change)).toBe(true);
    expect(await fits({ maxSeqLen: longer, maxNumTokens: Math.min(8192, longer) })).toBe(false);
  });

  test("is offered for the sequences", async () => {
    const change = remedies.find((remedy) => "concurrency" in remedy.change)?.change ?? {};
    const { least } = change["concurrency"] as { least: number };
    expect(await fits(change)).toBe(true);
    expect(await fits({ concurrency: { least: least + 1, want: 12 } })).toBe(false);
  });
});

test("a smaller reserve is never offered, a model of a higher priority never dropped", async () => {
  const { unplaced } = await plan(
    parseFleetFile(
      "fleet.yaml",
      `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
policy: { reserve: 8 GiB }
models:
  - { name: first, model: Qwen/Qwen2.5-1.5B, priority: 1 }
  - { name: a, model: Qwen/Qwen2-7B }`,
    ),
  );
  expect(unplaced.map(({ model }) => model)).toEqual(["a"]);
  const changes = unplaced.flatMap(({ remedies }) => remedies.map(({ change }) => change));
  expect(changes.length).toBeGreaterThan(0);
  for (const change of changes) {
    expect(Object.keys(change)).not.toContain("policy");
    expect(Object.keys(change)).not.toContain("dropModels");
  }
});

test("cards that are not needed are not offered: where another layout is enough, none come with it", async () => {
  const { unplaced } = await plan(
    parseFleetFile(
      "fleet.yaml",
      `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 8 }, { gpu: rtx-4090, count: 4 }] }]
engine: vllm
models:
  - { name: a, model: Qwen/Qwen2.5-72B-Instruct, quantization: int4-awq, tp: 4, maxSeqLen: 8k, concurrency: { least: 2, want: 4 } }`,
    ),
  );
  const changes = unplaced.flatMap(({ remedies }) => remedies.map(({ change }) => change));
  expect(changes.some((change) => "tp" in change && !("addGpus" in change))).toBe(true);
  expect(changes.filter((change) => "addGpus" in change && "tp" in change)).toEqual([]);
});
