import { type PlanDocument, parseFleetFile, planFleet } from "@berth/core";
import { expect, test } from "vitest";
import { refusedFleet } from "./bench/refused-fleet.ts";

async function unplacedIn(yaml: string): Promise<PlanDocument["unplaced"]> {
  const fleet = parseFleetFile("fleet.yaml", yaml);
  return (await planFleet({ file: "fleet.yaml", fleet })).unplaced;
}

const TWELVE =
  "hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 8 }, { gpu: rtx-4090, count: 4 }] }]";
const TWO = "hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]";

const FLEETS = [
  {
    name: "more bytes than twelve cards have",
    yaml: `${TWELVE}
models:
  - { name: deepseek, model: deepseek-ai/DeepSeek-V3, maxSeqLen: 4k }
  - { name: llama, model: meta-llama/Llama-3.2-3B, concurrency: 8 }
  - { name: qwen, model: Qwen/Qwen2-7B, concurrency: 8 }`,
    model: "deepseek",
    cause: "capacity",
    says: /the cards have 282\.59 GiB: memory is short/,
  },
  {
    name: "three that take most of a card each, on two cards",
    yaml: `${TWO}
models:
  - { name: a, model: Qwen/Qwen2.5-14B, quantization: int4-awq, concurrency: 8 }
  - { name: b, model: Qwen/Qwen2.5-14B, quantization: int4-awq, concurrency: 8 }
  - { name: c, model: Qwen/Qwen2.5-14B, quantization: int4-awq, concurrency: 8 }`,
    model: "c",
    cause: "fragmentation",
    says: /memory is not short but fragmented/,
  },
  {
    // one card is all that they may use, so its bytes are what is short
    name: "both pinned to one card",
    yaml: `${TWO}
models:
  - { name: first, model: Qwen/Qwen2-7B, gpus: "box:0", priority: 1, maxSeqLen: 4k, concurrency: 12 }
  - { name: a, model: Qwen/Qwen2.5-1.5B, gpus: "box:0", maxSeqLen: 4k, concurrency: 12 }`,
    model: "a",
    cause: "capacity",
    says: /only on box:0/,
  },
  {
    name: "every card exclusive to another",
    yaml: `${TWO}
models:
  - { name: own, model: Qwen/Qwen2-7B, exclusive: true, replicas: 2, tp: 1, pp: 1, priority: 1, maxSeqLen: 2k }
  - { name: a, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, maxSeqLen: 2k }`,
    model: "a",
    cause: "wishes",
    says: /exclusive cards/,
  },
  {
    name: "more replicas than cards",
    yaml: `${TWO}
models: [{ name: a, model: Qwen/Qwen2.5-0.5B, replicas: 3, tp: 1, pp: 1 }]`,
    model: "a",
    cause: "wishes",
    says: /3 replicas/,
  },
] as const;

test.each(FLEETS)("$name: $cause", async ({ yaml, model, cause, says }) => {
  const unplaced = await unplacedIn(yaml);
  const own = unplaced.find((one) => one.model === model);
  const conflict = own?.reasons.find(({ code }) => code === "conflict");
  expect(conflict).toMatchObject({ cause, isMinimal: true });
  expect(conflict?.text).toMatch(says);
});

test("on a large fleet a remedy leaves all others as they are", async () => {
  const hosts = Array.from(
    { length: 9 },
    (_, i) => `  - { name: n${i}, gpus: [{ gpu: rtx-4090, count: 8 }] }`,
  );
  const unplaced = await unplacedIn(`hosts:
${hosts.join("\n")}
models:
  - { name: first, model: Qwen/Qwen2-7B, replicas: 8, tp: 1, pp: 1, gpus: n0, exclusive: true, priority: 1 }
  - { name: a, model: Qwen/Qwen2-7B, gpus: n0, tp: 1, pp: 1 }`);
  expect(unplaced.map(({ model }) => model)).toEqual(["a"]);
  expect(unplaced[0]?.remedies[0]).toMatchObject({ change: { gpus: null }, verified: true });
  expect(unplaced[0]?.reasons.at(-1)).toMatchObject({ code: "conflict-unknown", why: "size" });
  for (const { text } of unplaced[0]?.remedies ?? []) {
    expect(text).not.toMatch(/instead of \d+ sequences/);
  }
});

test("on a large fleet others may hold less, where the model has no room beside them", async () => {
  const hosts = Array.from(
    { length: 9 },
    (_, i) => `  - { name: n${i}, gpus: [{ gpu: rtx-4090, count: 8 }] }`,
  );
  const unplaced = await unplacedIn(`hosts:
${hosts.join("\n")}
models:
  - { name: first, model: Qwen/Qwen2-7B, replicas: 72, tp: 1, pp: 1, maxSeqLen: 4k, concurrency: { least: 72, want: 1440 }, priority: 1 }
  - { name: a, model: Qwen/Qwen2.5-1.5B, tp: 1, pp: 1, maxSeqLen: 32k, concurrency: 4 }`);
  expect(unplaced[0]?.remedies[0]).toMatchObject({
    text: expect.stringMatching(/another layout.* first then holds \d+ sequences instead of 1440/),
    verified: true,
  });
});

test("room is found on hosts with power for it only", async () => {
  // a card may draw 450 W: two on the first host, none on the next seven, one on the last
  const budgets = [900, ...Array.from({ length: 7 }, () => 449), 450];
  const hosts = budgets.map(
    (watts, i) =>
      `  - { name: n${i}, powerBudgetW: ${watts}, gpus: [{ gpu: rtx-4090, count: 8 }] }`,
  );
  const unplaced = await unplacedIn(`hosts:
${hosts.join("\n")}
models:
  - { name: first, model: Qwen/Qwen2-7B, replicas: 2, tp: 1, pp: 1, gpus: n0, exclusive: true, priority: 1 }
  - { name: a, model: Qwen/Qwen2-7B, gpus: n0, tp: 1, pp: 1 }`);
  expect(unplaced.map(({ model }) => model)).toEqual(["a"]);
  expect(unplaced[0]?.remedies[0]).toMatchObject({ change: { gpus: null }, verified: true });
  expect(unplaced[0]?.remedies[0]?.text).toContain("n8:0");
});

test("a list of remedies that ends before all kinds of change were tried says why", async () => {
  const unplaced = await unplacedIn(`${TWO}
models:
  - { name: a, model: Qwen/Qwen2-7B, gpus: "box:0", maxSeqLen: 16k, concurrency: 8, tp: 1, pp: 1 }`);
  expect(unplaced[0]?.remedies).toHaveLength(5);
  expect(unplaced[0]?.remediesCut).toBe("enough");
});

test("a list of remedies with all that there are says nothing of the kind", async () => {
  const unplaced = await unplacedIn(`${TWO}
models: [{ name: a, model: Qwen/Qwen2.5-0.5B, replicas: 3, tp: 1, pp: 1 }]`);
  expect(unplaced[0]?.remedies.length).toBeLessThan(5);
  expect(unplaced[0]).not.toHaveProperty("remediesCut");
});

test("host memory that is too small is said once, without layouts that more cards would allow", async () => {
  // 2 × 7.6e9 bytes of weights go through 8 GiB; three cards would be another layout
  const unplaced =
    await unplacedIn(`hosts: [{ name: box, memory: 8 GiB, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models: [{ name: a, model: Qwen/Qwen2-7B, tp: [1, 2], pp: [1, 2, 3] }]`);
  const codes = unplaced[0]?.reasons.map(({ code }) => code);
  expect(codes?.filter((code) => code !== "conflict")).toEqual(["host-memory-short"]);
});

test("a conflict says what is the type of the KV cache and what of the weights", async () => {
  const unplaced = await unplacedIn(`hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 1 }] }]
models: [{ name: a, model: Qwen/Qwen2-7B, maxSeqLen: 32k, maxNumTokens: 1k, concurrency: { least: 6, want: 6 }, quantization: bf16, kvCacheDtype: bf16 }]`);
  const text = unplaced[0]?.reasons.find(({ code }) => code === "conflict")?.text;
  expect(text).toContain("KV cache in bf16");
  expect(text).toContain("weights in bf16");
});

const reasonsFor = async (yaml: string): Promise<readonly string[]> =>
  (await unplacedIn(yaml))[0]?.reasons.map(({ text }) => text) ?? [];

test("a default is no wish: where it matters it is called one, and where it does not it is not said", async () => {
  const fleet = (keys: string): string => `hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
engine: vllm
models: [{ name: a, model: Qwen/Qwen2.5-14B-Instruct, maxSeqLen: 4k${keys} }]`;
  const [byDefault = ""] = await reasonsFor(fleet(""));
  expect(byDefault).toMatch(/^a can't be placed, whatever else is given up\./);
  expect(byDefault).toContain("Set by default, and in the way too: weights in bf16.");
  const [written = ""] = await reasonsFor(fleet(", quantization: bf16"));
  expect(written).toMatch(/^a \(weights in bf16\) can't be placed/);
  expect(written).not.toContain("default");
});

test("two replicas that nobody wrote are said with the loss that they are for", async () => {
  const [text = ""] = await reasonsFor(`hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
engine: vllm
policy: { survive: gpu }
models:
  - { name: first, model: Qwen/Qwen2.5-7B-Instruct, priority: 1, exclusive: true }
  - { name: a, model: Qwen/Qwen2.5-0.5B-Instruct }`);
  expect(text).toContain("to outlive the loss of any one card with 2 replicas");
  expect(text).not.toMatch(/\(2 replicas|, 2 replicas/);
});

test("a layout that no rule allows needs no cards, and one that is allowed needs what it takes", async () => {
  // 29,568 columns over 4 ranks are no whole number of groups of 128, however many stages there are
  const cut = await reasonsFor(`${TWELVE}
engine: vllm
models: [{ name: a, model: Qwen/Qwen2.5-72B-Instruct, quantization: int4-awq, tp: 4 }]`);
  expect(cut.join(" ")).toContain("shares scales over 128 columns");
  expect(cut.join(" ")).not.toMatch(/cards of one kind/);
  const [stages] =
    await reasonsFor(`hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 3 }, { gpu: rtx-4090, count: 3 }] }]
engine: vllm
models: [{ name: a, model: Qwen/Qwen2.5-7B-Instruct, tp: 2, pp: 4 }]`);
  // one pair of each kind, and one card of each left over
  expect(stages).toBe(
    "It needs 4 groups of 2 cards of one kind in one host, one a pipeline stage; the most that there are is 2.",
  );
  const [pipeline] =
    await reasonsFor(`hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 3 }, { gpu: rtx-4090, count: 3 }] }]
engine: vllm
models: [{ name: a, model: Qwen/Qwen2.5-7B-Instruct, tp: 1, pp: 7 }]`);
  expect(pipeline).toBe("It needs 7 cards in one host; the most that there are is 6.");
  const [across] =
    await reasonsFor(`hosts: [{ name: box, gpus: [{ gpu: h100-sxm-80gb, count: 4 }] }, { name: other, gpus: [{ gpu: h100-sxm-80gb }] }]
engine: vllm
models: [{ name: a, model: Qwen/Qwen2.5-7B-Instruct, tp: 4, pp: 2, acrossHosts: true }]`);
  expect(across).toBe(
    "It needs 2 groups of 4 cards of one kind in one host, or as many of them on each of several, one a pipeline stage; the most that one host has is 1.",
  );
});

test("where disk is short, what is said is of the disk", async () => {
  const reasons =
    await reasonsFor(`hosts: [{ name: a, disk: 40 GiB, gpus: [{ gpu: rtx-4090, count: 4 }] }]
engine: vllm
models:
  - { name: m1, model: Qwen/Qwen2.5-7B-Instruct }
  - { name: m2, model: Qwen/Qwen2.5-Coder-7B-Instruct }
  - { name: m3, model: meta-llama/Llama-3.1-8B-Instruct }`);
  // 7.62e9, 7.62e9 and 8.03e9 parameters of 2 bytes: 14.19 + 14.19 + 14.96 GiB
  expect(reasons.join(" ")).toContain("Their files take at least 43.33 GiB of disk");
  expect(reasons.join(" ")).toContain("the hosts have 40.00 GiB of it");
  expect(reasons.join(" ")).not.toContain("rtx-4090");
});

test("what the conflict says is not said again", async () => {
  const reasons = await reasonsFor(`hosts: [{ name: a, gpus: [{ gpu: rtx-3090, count: 2 }] }]
engine: vllm
models:
  - { name: m1, model: Qwen/Qwen2.5-1.5B-Instruct, exclusive: true, priority: 1 }
  - { name: m2, model: Qwen/Qwen2.5-3B-Instruct, exclusive: true, priority: 1 }
  - { name: m3, model: Qwen/Qwen2.5-0.5B-Instruct }`);
  expect(reasons).toHaveLength(1);
  expect(reasons[0]).toMatch(/^m3 and m1 and m2 \(exclusive cards each\) can't all be placed/);
});

const TWO_KINDS = `${TWELVE}
engine: vllm
models:
  - { name: chat, model: Qwen/Qwen2.5-14B-Instruct, quantization: fp16, tp: 2, replicas: 5, maxSeqLen: 8k, concurrency: { least: 2, want: 4 } }
  - { name: coder, model: Qwen/Qwen2.5-Coder-7B-Instruct, replicas: 3, maxSeqLen: 16k, concurrency: { least: 2, want: 4 } }
  - { name: embed, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 4k, concurrency: 2 }`;

test("replicas of two models that fill twelve cards are found to be in each other's way", async () => {
  const [text] = await reasonsFor(TWO_KINDS);
  expect(text).toMatch(/^chat \(.*5 replicas.*\) and coder \(3 replicas\) can't both be placed/);
});

test("a limit of states holds for all explanations together, and what is not known by then is said", async () => {
  const fleet = parseFleetFile("fleet.yaml", TWO_KINDS);
  const { unplaced } = await planFleet({ file: "fleet.yaml", fleet, nodeLimit: 10 });
  // that not all can be placed is what the plan proved
  expect(unplaced[0]).toMatchObject({
    reasons: [{ code: "conflict", isMinimal: false }],
    remedies: [],
    remediesCut: "limit",
  });
  expect(unplaced[0]?.reasons[0]?.text).toMatch(
    /can't all be placed as they are asked for\. .* Which of that is in the way is not known/,
  );
});

test("a model of a hard fleet is not left without a smaller one because changes together were searched for long", async () => {
  const fleet = refusedFleet(1, "wishes");
  const { unplaced } = await planFleet({ file: "fleet.yaml", fleet });
  const own = unplaced.find(({ model }) => model === "m0");
  expect(own?.remedies.map(({ change }) => Object.keys(change))).toContainEqual(["model"]);
});
