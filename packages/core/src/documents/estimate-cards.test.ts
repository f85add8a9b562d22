import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import type { ModelSpec } from "../model/model.ts";
import { estimate } from "./estimate.ts";
import type { EstimateDocument, EstimateRequest } from "./estimate-document.ts";

const LLAMA = "meta-llama/Llama-3.1-8B";
const MIB = 2 ** 20;

function model(id = LLAMA): ModelSpec {
  const spec = importPreset(id);
  if (spec === undefined) {
    throw new Error(`no preset ${id}`);
  }
  return spec;
}

const ask = (request: EstimateRequest): EstimateDocument =>
  estimate({ maxSeqLen: 4096, ...request }, model());

const gpusOf = (document: EstimateDocument): readonly string[] =>
  document.ranks.map(({ gpu }) => gpu);
const layersOf = (document: EstimateDocument): readonly number[] =>
  document.ranks.map(({ layers }) => layers);
const codesOf = (document: EstimateDocument): readonly string[] =>
  document.reasons.map(({ code }) => code);

describe("a card for each rank", () => {
  const mixed = { pp: 3, engine: "tensorrt-llm" };

  test.each([
    "rtx-3090,rtx-3090,rtx-4090",
    "2xrtx-3090,rtx-4090",
    " 2 x rtx-3090 , rtx-4090 ",
    ["rtx-3090", "rtx-3090", "rtx-4090"],
    ["2xrtx-3090", "rtx-4090"],
    ["rtx-3090,rtx-3090", "rtx-4090"],
  ])("may be written as %o", (gpu) => {
    expect(gpusOf(ask({ ...mixed, gpu }))).toEqual(["rtx-3090", "rtx-3090", "rtx-4090"]);
  });

  test("a list of one, and a list of the same, are what one name is", () => {
    const one = ask({ ...mixed, gpu: "rtx-3090" });
    expect(ask({ ...mixed, gpu: ["rtx-3090"] })).toEqual(one);
    expect(ask({ ...mixed, gpu: "3xrtx-3090", usedMiB: [0, 0, 0] })).toEqual(one);
  });

  test("memory and what others hold may differ by rank too", () => {
    const { ranks } = ask({
      ...mixed,
      gpu: "rtx-3090",
      gpuMemoryMiB: [24_000, 23_000, 22_000],
      usedMiB: [0, 512, 1024],
    });
    expect(ranks.map(({ memoryBytes }) => memoryBytes / MIB)).toEqual([24_000, 23_000, 22_000]);
    const budgets = ranks.map(({ kv }) => kv.budgetBytes);
    expect(budgets).toEqual([...budgets].sort((a, b) => b - a));
  });

  test.each([
    [{ gpu: "2xrtx-3090" }, "gpu: expected one card, one for each rank of tp 1 and pp 1, got 2"],
    [
      { gpu: "rtx-3090,rtx-4090", tp: 2, pp: 2 },
      "gpu: expected one card or 4, one for each rank of tp 2 and pp 2, got 2",
    ],
    [
      { gpu: "rtx-3090", pp: 2, usedMiB: [1, 2, 3] },
      "usedMiB: expected one number or 2, one for each rank, got 3",
    ],
    [{ gpu: "rtx-3090", gpuMemoryMiB: [] }, "gpuMemoryMiB: expected one number, got 0"],
    [{ gpu: "rtx-3090,rtx-4909", pp: 2 }, 'got "rtx-4909"; did you mean rtx-4090?'],
    [{ gpu: "rtx-3090,", pp: 2 }, 'expected a GPU of the catalogue, got ""'],
    [{ gpu: [] }, "expected 1 to 4096 cards, got []"],
    [{ gpu: "0xrtx-3090" }, "expected 1 to 4096 cards"],
    [{ gpu: "999999999xrtx-3090" }, "expected 1 to 4096 cards"],
    [{ gpu: "9999999999xrtx-3090" }, "expected a GPU of the catalogue"],
  ])("%o is refused in one sentence", (request, sentence) => {
    expect(() => ask(request)).toThrow(sentence);
  });
});

describe("the least of the ranks decides", () => {
  /** GeForce cards: none reads another's memory, whatever stands beside it. */
  const cards = fc.constantFrom("rtx-3090", "rtx-4090", "rtx-5090", "rtx-4080");
  const engines = fc.constantFrom("tensorrt-llm", "tensorrt-llm-engine");

  test("a rank holds what it holds among its like, and the fewest tokens count", () => {
    fc.assert(
      fc.property(engines, fc.array(cards, { minLength: 2, maxLength: 4 }), (engine, gpu) => {
        const shared = { engine, pp: gpu.length, maxNumTokens: 2048, maxBatchSize: 16 };
        const among = ask({ ...shared, gpu });
        const alone = gpu.map((card) => ask({ ...shared, gpu: card }));
        const tokens = alone.map(({ ranks }, rank) => {
          expect(among.ranks[rank]?.terms).toEqual(ranks[rank]?.terms);
          expect(among.ranks[rank]?.kv.budgetBytes).toBe(ranks[rank]?.kv.budgetBytes);
          return (ranks[rank]?.kv.budgetBytes ?? 0) / (ranks[rank]?.kv.bytesPerToken ?? 1);
        });
        // up to a block of 64 tokens more, where an engine rounds up
        expect(Math.abs(among.kvTokens - Math.min(...tokens))).toBeLessThanOrEqual(64);
      }),
      { numRuns: 60 },
    );
  });

  test("what others take from one card never gives more", () => {
    const used = fc.integer({ min: 0, max: 20_000 });
    const all = fc.constantFrom("tensorrt-llm", "tensorrt-llm-engine", "vllm", "sglang");
    fc.assert(
      fc.property(all, used, used, (engine, a, b) => {
        const on = { engine, pp: 2, gpu: "rtx-3090,rtx-4090", maxNumTokens: 2048 };
        const free = ask({ ...on, usedMiB: [a, 0] });
        const busy = ask({ ...on, usedMiB: [a, b] });
        expect(busy.kvTokens).toBeLessThanOrEqual(free.kvTokens);
        expect(busy.fitProbability).toBeLessThanOrEqual(free.fitProbability + 1e-9);
      }),
      { numRuns: 60 },
    );
  });
});

describe("cards that do not go together", () => {
  test.each(["tensorrt-llm", "tensorrt-llm-engine"])(
    "%s keeps a tensor parallel group on one compute capability",
    (engine) => {
      const apart = ask({ engine, tp: 2, gpu: "rtx-3090,rtx-4090" });
      expect(apart.fits).toBe(false);
      expect(apart.reasons).toEqual([
        {
          code: "mixed-tensor-parallel",
          text: `${engine} needs the ranks of a tensor parallel group on cards of one compute capability, here they are on 8.6 and 8.9; pipeline stages may differ.`,
        },
      ]);
      const stages = { engine, tp: 2, pp: 2, gpu: "2xrtx-3090,2xrtx-4090" };
      expect(ask(stages).fits).toBe(true);
      // 3090 and 3090 Ti are both 8.6
      expect(ask({ engine, tp: 2, gpu: "rtx-3090,rtx-3090-ti" }).fits).toBe(true);
    },
  );

  test("a precision must run on every card, and is refused once for each that it does not", () => {
    const fp8 = ask({ pp: 3, gpu: "2xrtx-3090,rtx-4090", quantization: "fp8" });
    expect(codesOf(fp8)).toEqual(["precision-unsupported"]);
    expect(fp8.reasons[0]?.text).toContain("8.6");
    expect(fp8.precision.weights).toEqual({ stores: "fp8", sources: [] });
  });

  test("SGLang starts no tensor parallel group where one card has less than 90 % of another's", () => {
    const on = { engine: "sglang", tp: 2, gpu: "2xrtx-4090", kvFraction: 0.85 };
    expect(codesOf(ask({ ...on, usedMiB: [0, 2000] }))).toEqual([]);
    expect(codesOf(ask({ ...on, usedMiB: [0, 3000] }))).toEqual(["memory-unbalanced"]);
    expect(codesOf(ask({ ...on, tp: 1, pp: 2, usedMiB: [0, 3000] }))).toEqual([]);
  });

  test("vLLM is refused on the card that has less free than its share", () => {
    const busy = ask({ engine: "vllm", tp: 2, gpu: "rtx-3090,rtx-4090", usedMiB: [0, 4096] });
    expect(codesOf(busy)).toEqual(["memory-short"]);
    expect(busy.reasons[0]?.text).toContain("rtx-4090");
  });
});

describe("SGLang's pool", () => {
  test("is what the least free card after load leaves of the least free before", () => {
    const on = { engine: "sglang", pp: 2, kvFraction: 0.8, maxNumTokens: 2048, maxBatchSize: 8 };
    const document = ask({ ...on, gpu: "rtx-3090,l40s-48gb" });
    const held = document.ranks.map(({ terms, memoryBytes }) => {
      const of = (ids: readonly string[]): number =>
        terms.filter(({ id }) => ids.includes(id)).reduce((sum, { bytes }) => sum + bytes, 0);
      const before = memoryBytes - of(["context", "communication"]);
      return { before, after: before - of(["weights", "runtime"]) };
    });
    const least = (key: "before" | "after"): number => Math.min(...held.map((rank) => rank[key]));
    const pool = least("after") - (1 - 0.8) * least("before");
    for (const { kv } of document.ranks) {
      expect(Math.abs(kv.budgetBytes - pool)).toBeLessThanOrEqual(1);
    }
  });
});

describe("llama.cpp over unequal cards", () => {
  const on = { engine: "llama.cpp", maxNumTokens: 512 };

  test("takes every card that it is given, layers in proportion to free memory", () => {
    const document = ask({ ...on, gpu: "rtx-4080,rtx-3090" });
    const [context = 0] = document.ranks.map(
      ({ terms }) => terms.find(({ id }) => id === "context")?.bytes ?? 0,
    );
    const free = document.ranks.map(({ memoryBytes }) => memoryBytes - context);
    const share = (free[0] ?? 0) / ((free[0] ?? 0) + (free[1] ?? 0));
    // slots i of 33 with i / 33 below the share
    const first = Math.ceil(33 * share);
    expect(layersOf(document)).toEqual([first, 32 - first]);
  });

  test("what others hold moves layers away", () => {
    const cards = { ...on, gpu: "2xrtx-3090" };
    expect(layersOf(ask(cards))).toEqual([17, 15]);
    expect(layersOf(ask({ ...cards, usedMiB: [12_000, 0] }))[0]).toBeLessThan(13);
  });

  test("--tensor-split takes the place of free memory", () => {
    const cards = { ...on, gpu: "rtx-3090,rtx-4090", usedMiB: [8000, 0] };
    const split = ask({ ...cards, tensorSplit: [3, 1] });
    expect(layersOf(split)).toEqual([25, 7]);
    expect(split.options).toEqual({ tensorSplit: [3, 1] });
    // all zeros stand for the default
    expect(layersOf(ask({ ...cards, tensorSplit: [0, 0] }))).toEqual(layersOf(ask(cards)));
  });

  test("weights and cache add up to those on one card, the head is on the last with layers", () => {
    const shared = { ...on, quantization: "fp16", maxSeqLen: 8192 };
    const [one, two] = [
      ask({ ...shared, gpu: "rtx-6000-ada" }),
      ask({ ...shared, gpu: "rtx-4080,rtx-3090" }),
    ];
    const weights = ({ ranks }: EstimateDocument): readonly number[] =>
      ranks.map(({ terms }) => terms.find(({ id }) => id === "weights")?.bytes ?? 0);
    const sum = (list: readonly number[]): number => list.reduce((total, part) => total + part, 0);
    expect(sum(weights(two))).toBe(sum(weights(one)));
    expect(sum(two.ranks.map(({ kv }) => kv.bytesPerToken))).toBe(one.ranks[0]?.kv.bytesPerToken);
    // logits of 512 tokens, 128256 words in FP32, are computed where the head is
    const values = two.ranks.map(
      ({ terms }) => terms.find(({ id }) => id === "activations")?.values["vocab"],
    );
    expect(values).toEqual([0, 128_256]);
    expect(two.kvTokens).toBe(8192);
  });

  test("a card without a layer holds a context and nothing else", () => {
    const document = ask({ ...on, gpu: "rtx-4090,rtx-3090,rtx-4080", tensorSplit: [1, 0, 0] });
    expect(layersOf(document)).toEqual([32, 0, 0]);
    expect(document.ranks.map(({ terms }) => terms.map(({ id }) => id)).slice(1)).toEqual([
      ["context"],
      ["context"],
    ]);
    expect(document.fits).toBe(true);
    const alone = ask({ ...on, gpu: "rtx-4090" });
    expect(document.kvTokens).toBe(alone.kvTokens);
  });

  test("more cards than layers are no reason to refuse", () => {
    const { fits, ranks } = ask({ ...on, gpu: "40xrtx-4090" });
    expect(fits).toBe(true);
    expect(ranks).toHaveLength(40);
  });

  test("a card too full for its layers is named", () => {
    const { fits, reasons } = ask({
      ...on,
      gpu: "rtx-3090,rtx-4090",
      usedMiB: [20_000, 0],
      tensorSplit: [1, 1],
    });
    expect(fits).toBe(false);
    expect(reasons[0]?.text).toContain("rtx-3090");
  });

  test.each([
    [{ tensorSplit: [1] }, "tensorSplit: expected 2 shares of at least 0, one for each card"],
    [{ tensorSplit: [1, -1] }, "tensorSplit: expected 2 shares of at least 0"],
    [{ tensorSplit: [Number.NaN, 1] }, "tensorSplit: expected 2 shares"],
    [{ ppPartition: [16, 16] }, "ppPartition: expected none for llama.cpp"],
  ])("%o is refused", (request, sentence) => {
    expect(() => ask({ ...on, gpu: "rtx-3090,rtx-4090", ...request })).toThrow(sentence);
  });
});

describe("stages cut by hand", () => {
  const on = { gpu: "rtx-4080,rtx-4090", pp: 2 };

  test.each(["tensorrt-llm", "vllm", "sglang"])("%s takes layers of each stage", (engine) => {
    const even = ask({ ...on, engine });
    const cut = ask({ ...on, engine, ppPartition: [11, 21] });
    expect(layersOf(even)).toEqual([16, 16]);
    expect(layersOf(cut)).toEqual([11, 21]);
    expect(cut.options).toEqual({ ppPartition: [11, 21] });
    expect(cut.ranks.map(({ kv }) => kv.bytesPerToken)).toEqual([11 * 4096, 21 * 4096]);
    // the smaller card has less to hold, and the larger one room for it
    expect(cut.kvTokens).toBeGreaterThan(even.kvTokens);
  });

  test.each([
    [{ ppPartition: [16] }, "one for each stage of pp 2, that add up to 32 layers, got [16]"],
    [{ ppPartition: [16, 17] }, "that add up to 32 layers, got [16,17]"],
    [{ ppPartition: [32, 0] }, "expected 2 whole numbers of at least 1"],
    [{ ppPartition: [15.5, 16.5] }, "expected 2 whole numbers of at least 1"],
    [{ engine: "tensorrt-llm-engine", ppPartition: [16, 16] }, "expected none for tensorrt-llm-e"],
    [{ tensorSplit: [1, 1] }, "tensorSplit: expected none for tensorrt-llm"],
  ])("%o is refused", (request, sentence) => {
    expect(() => ask({ ...on, ...request })).toThrow(sentence);
  });
});
