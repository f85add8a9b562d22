import { type PlanDocument, parseFleetFile, planFleet } from "@berth/core";
import { expect, test } from "vitest";

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
models: [{ name: a, model: Qwen/Qwen2-7B, maxSeqLen: 32k, concurrency: { least: 6, want: 6 }, quantization: bf16, kvCacheDtype: bf16 }]`);
  const text = unplaced[0]?.reasons.find(({ code }) => code === "conflict")?.text;
  expect(text).toContain("KV cache in bf16");
  expect(text).toContain("weights in bf16");
});
