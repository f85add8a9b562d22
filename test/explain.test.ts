import {
  type Explanation,
  engineIds,
  estimate,
  explainEstimate,
  explainPlan,
  importPreset,
  lawTex,
  parseFleetFile,
  planFleet,
  SYMBOLS,
} from "@berth/core";
import { evaluate } from "mathjs";
import { describe, expect, test } from "vitest";

const plan = await planFleet({
  file: "fleet.yaml",
  fleet: parseFleetFile(
    "fleet.yaml",
    `hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 3 }] }]
policy: { reserve: 256 MiB }
models:
  - { name: a, model: Qwen/Qwen2-7B, tp: 2, pp: 1, concurrency: 4 }
  - { name: b, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, concurrency: 4 }`,
  ),
});

/** Every way to size a KV cache: shares of four kinds, cells, windows and state in pages and in a pool of its own. */
const mixed = await planFleet({
  file: "mixed.yaml",
  fleet: parseFleetFile(
    "mixed.yaml",
    `hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 3 }, { gpu: h100-sxm-80gb, count: 2 }] }]
models:
  - { name: old, model: meta-llama/Llama-3.2-3B, engine: vllm, engineVersion: 0.5.4, maxSeqLen: 2k, tp: 1, pp: 1 }
  - { name: new, model: google/gemma-3-4b-it, engine: vllm, concurrency: 2, tp: 1, pp: 1 }
  - { name: pool, model: Qwen/Qwen3.5-27B, engine: sglang, maxSeqLen: 4100, concurrency: 3, tp: 1, pp: 1 }
  - { name: cells, model: google/gemma-3-4b-it, engine: llama.cpp, concurrency: 4, pp: 2 }
  - { name: sgl, model: Qwen/Qwen3-0.6B, engine: sglang, tp: 2, pp: 1, concurrency: 4 }`,
  ),
  nodeLimit: 10_000,
});

/** Every engine with one card and with two. */
const estimates = engineIds().flatMap((engine) =>
  [1, 2].map((tp) => {
    const model = importPreset("Qwen/Qwen3-30B-A3B");
    if (model === undefined) {
      throw new Error("no preset");
    }
    return explainEstimate(
      estimate(
        {
          engine,
          tp: engine === "llama.cpp" ? 1 : tp,
          gpu: "h100-sxm-80gb",
          maxSeqLen: 8192,
          maxNumTokens: 4096,
          maxBatchSize: 16,
        },
        model,
      ),
    );
  }),
);

const all: readonly Explanation[] = [explainPlan(plan), explainPlan(mixed), ...estimates];

describe("every number that is explained", () => {
  test("is what its law gives, with symbols and with the values put in", () => {
    for (const { subject, id, law, filled, symbols, value, unit } of all.flatMap(
      ({ numbers }) => numbers,
    )) {
      const scope = Object.fromEntries(symbols.map((symbol) => [symbol.name, symbol.value]));
      const tolerance = unit === "1" ? 1e-12 : 1;
      expect(
        Math.abs(Number(evaluate(law, scope)) - value),
        `${subject}: ${id}`,
      ).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(Number(evaluate(filled)) - value), `${subject}: ${id}`).toBeLessThanOrEqual(
        tolerance,
      );
    }
  });

  test("names only symbols that the table explains", () => {
    const used = new Set(
      all
        .flatMap(({ numbers }) => numbers)
        .flatMap(({ symbols }) => symbols.map(({ name }) => name)),
    );
    expect([...used].filter((name) => SYMBOLS[name] === undefined)).toEqual([]);
  });

  test("has sources with a title, unless it follows from other numbers", () => {
    for (const { sources, basis, id } of all.flatMap(({ numbers }) => numbers)) {
      expect(sources.every(({ title }) => title.length > 3)).toBe(true);
      expect(sources.length > 0 || basis === "derived", id).toBe(true);
    }
  });

  test("has a law that can be set as TeX", async () => {
    for (const law of new Set(all.flatMap(({ numbers }) => numbers).map((number) => number.law))) {
      expect(await lawTex(law)).toMatch(/\\text\{/);
    }
  });
});

test("a filter leaves what it names", () => {
  const subjects = (filter: Parameters<typeof explainPlan>[1]): readonly string[] => [
    ...new Set(explainPlan(plan, filter).numbers.map(({ subject }) => subject)),
  ];
  const [card = ""] = plan.deployments.find(({ model }) => model === "b")?.gpus ?? [];
  expect(subjects({ model: "b" })).toEqual([`b on ${card}`]);
  expect(subjects({ gpu: card }).every((subject) => subject.endsWith(card))).toBe(true);
});

test("each engine's setting is explained by what it is a share of", () => {
  const { numbers } = explainPlan(mixed);
  const laws = (model: string): readonly string[] =>
    numbers.filter(({ subject }) => subject.startsWith(`${model} on`)).map(({ law }) => law);
  expect(mixed.unplaced).toEqual([]);
  expect(laws("old")).toContain("(held + pool + used_at_start) / memory");
  expect(laws("new")).toEqual(
    expect.arrayContaining([
      "(held + pool) / memory",
      "ceil(gpu_memory_utilization * memory)",
      "blocks_per_sequence * block_bytes",
    ]),
  );
  expect(laws("pool")).toContain("sequences * sequence_bytes");
  expect(laws("cells")).toContain("kv_tokens / sequences");
  expect(laws("sgl")).toContain("(loaded + pool) / free_before_load");
});

test("a plan's numbers are all there: terms, KV cache, what is free, the fraction", () => {
  const ids = new Set(explainPlan(plan).numbers.map(({ id }) => id));
  expect([...ids]).toEqual(
    expect.arrayContaining([
      "weights",
      "activations",
      "context",
      "runtime",
      "kv-tokens",
      "kv-pool",
      "free-at-start",
      "free-for-kv",
      "fraction",
      "free",
    ]),
  );
});
