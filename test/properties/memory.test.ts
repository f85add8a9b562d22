import {
  type EstimateDocument,
  type EstimateRequest,
  engineIds,
  estimate,
  gpuIds,
  InputError,
  importPreset,
  type ModelSpec,
  modelIds,
  SYMBOLS,
} from "@berth/core";
import fc from "fast-check";
import { all, create } from "mathjs";
import { expect, test } from "vitest";
import { crossModel } from "../fixtures/cross-attention.ts";

const CROSS: readonly ModelSpec[] = (["whisper", "t5", "mllama"] as const).map(crossModel);
const SPECS: readonly ModelSpec[] = [
  ...modelIds().flatMap((id) => importPreset(id) ?? []),
  ...CROSS,
];

/** Keys that only these engines take; the rest take all others. */
const OWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  beamWidth: ["tensorrt-llm", "tensorrt-llm-engine"],
  gpuWeightsPercent: ["tensorrt-llm-engine"],
  attentionDp: ["tensorrt-llm"],
  draftLayers: ["tensorrt-llm", "vllm", "sglang"],
  tp: ["tensorrt-llm", "tensorrt-llm-engine", "vllm", "sglang"],
};

function onlyItsOwn(request: EstimateRequest): EstimateRequest {
  return Object.fromEntries(
    Object.entries(request).filter(
      ([key]) => OWN_KEYS[key]?.includes(request.engine ?? "") ?? true,
    ),
  );
}

/** Any request; few are refused, for draft layers that a model does not have. */
const options: fc.Arbitrary<EstimateRequest> = fc
  .record(
    {
      engine: fc.constantFrom(...engineIds()),
      gpu: fc.constantFrom(...gpuIds()),
      tp: fc.constantFrom(1, 2, 3, 4, 8, 16),
      pp: fc.integer({ min: 1, max: 6 }),
      ep: fc.constantFrom(1, 2, 4),
      quantization: fc.constantFrom("bf16", "fp16", "fp8", "int4-awq", "int8-wo", "nvfp4", "mxfp4"),
      kvCacheDtype: fc.constantFrom("auto", "bf16", "fp8", "int8", "nvfp4", "q8_0"),
      maxNumTokens: fc.integer({ min: 1, max: 262_144 }),
      maxBatchSize: fc.integer({ min: 1, max: 8192 }),
      maxSeqLen: fc.integer({ min: 1, max: 100_000_000 }),
      usedMiB: fc.integer({ min: 0, max: 400_000 }),
      gpuMemoryMiB: fc.integer({ min: 1, max: 2_000_000 }),
      kvFraction: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      tokensPerBlock: fc.constantFrom(1, 16, 32, 64, 128),
      beamWidth: fc.integer({ min: 1, max: 8 }),
      gpuWeightsPercent: fc.double({ min: 0, max: 1, noNaN: true }),
      attentionDp: fc.boolean(),
      draftLayers: fc.constantFrom(0, 1),
    },
    { requiredKeys: ["engine", "gpu"] },
  )
  .map(onlyItsOwn);
const specs = fc.constantFrom(...SPECS);

/** Undefined for a request that makes no sense for its engine or model. */
function answer(request: EstimateRequest, spec: ModelSpec): EstimateDocument | undefined {
  try {
    return estimate(request, spec);
  } catch (error) {
    if (error instanceof InputError) {
      return undefined;
    }
    throw error;
  }
}

function numbersIn(value: unknown): readonly number[] {
  if (typeof value === "number") {
    return [value];
  }
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap((inner) => numbersIn(inner))
    : [];
}

test("whatever is asked, no number is negative, none is missing, and bounds enclose", () => {
  let answered = 0;
  fc.assert(
    fc.property(options, specs, (request, spec) => {
      const document = answer(request, spec);
      if (document === undefined) {
        return;
      }
      answered += 1;
      const wrong = numbersIn(document).filter((value) => !(Number.isFinite(value) && value >= 0));
      expect(wrong).toEqual([]);
      expect(document.kvTokensLow).toBeLessThanOrEqual(document.kvTokens);
      expect(document.kvTokens).toBeLessThanOrEqual(document.kvTokensHigh);
    }),
    { numRuns: 3000 },
  );
  expect(answered).toBeGreaterThan(2000);
});

test("integers stay exact beyond 2^31: blocks, tokens and bytes multiply as they do without rounding", () => {
  fc.assert(
    fc.property(options, specs, (request, spec) => {
      const document = answer({ ...request, kvCacheDtype: "bf16" }, spec);
      for (const { kv, memoryBytes, terms } of document?.ranks ?? []) {
        const bytes = [memoryBytes, kv.budgetBytes, kv.tokens, ...terms.map((term) => term.bytes)];
        expect(bytes.filter((value) => !Number.isSafeInteger(value))).toEqual([]);
        const { bytesPerToken, tokens } = kv;
        if (Number.isInteger(bytesPerToken) && tokens * bytesPerToken < 2 ** 53) {
          expect(BigInt(tokens * bytesPerToken)).toBe(BigInt(tokens) * BigInt(bytesPerToken));
        }
      }
      const total = document?.model.parameters;
      expect(Number.isSafeInteger(total?.total ?? 0)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

/** What an engine's fraction is of, in the words of its own documents: the bytes that its terms come off. */
function budgetOf(document: EstimateDocument, usedBytes: number): number {
  const [rank] = document.ranks;
  const { memoryBytes = 0, terms = [] } = rank ?? {};
  const f = document.kvFraction ?? 1;
  const before = terms.filter(({ taken }) => taken === "before-kv");
  const sum = (ids?: readonly string[]): number =>
    before
      .filter(({ id }) => ids === undefined || ids.includes(id))
      .reduce((total, { bytes }) => total + bytes, 0);
  switch (document.engine.id) {
    case "tensorrt-llm":
    case "tensorrt-llm-engine":
      return f * (memoryBytes - usedBytes - sum());
    case "vllm":
      return f * memoryBytes - sum();
    case "sglang": {
      const beforeLoad = sum(["context", "communication"]);
      return f * (memoryBytes - usedBytes - beforeLoad) - (sum() - beforeLoad);
    }
    case "llama.cpp":
      return memoryBytes - usedBytes - sum();
    default:
      return document.engine.id satisfies never;
  }
}

/** Models whose layers carry no state: SGLang gives state a share of the same budget. */
const STATELESS = SPECS.filter((spec) =>
  spec.layers.every(({ layer }) => layer.attention.kind !== "recurrent"),
);

test("terms add up to what the KV cache gets", () => {
  fc.assert(
    fc.property(options, fc.constantFrom(...STATELESS), (asked, spec) => {
      // over several stages SGLang's pool follows the fullest of them
      const request = asked.engine === "sglang" ? { ...asked, pp: 1 } : asked;
      const document = answer(request, spec);
      if (document !== undefined) {
        const budget = budgetOf(document, Number(request.usedMiB ?? 0) * 2 ** 20);
        expect(
          Math.abs((document.ranks[0]?.kv.budgetBytes ?? 0) - Math.max(0, budget)),
        ).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 1000 },
  );
});

/** What each rank needs for one sequence, and term by term. */
function needsOf({ ranks }: EstimateDocument): readonly number[] {
  return ranks.flatMap(({ kv, terms }) => [
    kv.bytesPerSequence,
    ...terms.map((term) => term.bytes),
  ]);
}

function expectNoLess(after: readonly number[], before: readonly number[]): void {
  expect(after.filter((value, i) => value < (before[i] ?? 0))).toEqual([]);
}

test("more context never needs less memory, and never fits more sequences", () => {
  fc.assert(
    fc.property(options, specs, fc.integer({ min: 1, max: 100_000 }), (request, spec, more) => {
      const maxSeqLen = request.maxSeqLen ?? 4096;
      const limits = { maxNumTokens: 8192, kvFraction: 0.8, ...request };
      const short = answer({ ...limits, maxSeqLen }, spec);
      const long = answer({ ...limits, maxSeqLen: maxSeqLen + more }, spec);
      if (short !== undefined && long !== undefined) {
        expect(long.maxSequences).toBeLessThanOrEqual(short.maxSequences);
        expectNoLess(needsOf(long), needsOf(short));
      }
    }),
    { numRuns: 1000 },
  );
});

test("a stage without layers limits nobody", () => {
  const spec = importPreset("openai/whisper-large-v3-turbo");
  const at = (pp: number) =>
    spec && answer({ engine: "vllm", gpu: "a10-24gb", pp, maxSeqLen: 16 }, spec);
  // four layers: the fifth stage has none, and the others hold as much as before
  expect(at(5)?.maxSequences).toBe(at(4)?.maxSequences);
});

test("two pools never hold more than the KV cache, and what one gets the other loses", () => {
  let checked = 0;
  fc.assert(
    fc.property(
      options,
      fc.constantFrom(...CROSS),
      fc.constantFrom("tensorrt-llm", "tensorrt-llm-engine"),
      fc.double({ min: 0.05, max: 0.9, noNaN: true }),
      (request, spec, engine, crossKvFraction) => {
        const asked = onlyItsOwn({ ...request, engine });
        const version = engine === "tensorrt-llm" ? "1.3.0rc27" : "1.2.1";
        const at = (share: number): EstimateDocument | undefined =>
          answer({ ...asked, engineVersion: version, crossKvFraction: share }, spec);
        const [less, more] = [at(crossKvFraction), at(crossKvFraction + 0.05)];
        for (const { kv } of less?.ranks ?? []) {
          const { tokens = 0, bytesPerToken = 0 } = kv.cross ?? {};
          // one block more in each pool where the engine rounds up
          const block = (request.tokensPerBlock ?? 128) * (kv.bytesPerToken + bytesPerToken);
          expect(kv.tokens * kv.bytesPerToken + tokens * bytesPerToken).toBeLessThanOrEqual(
            kv.budgetBytes + block,
          );
        }
        const [a, b] = [less?.ranks[0]?.kv, more?.ranks[0]?.kv];
        if (a?.cross !== undefined && b?.cross !== undefined && a.bytesPerToken > 0) {
          checked += 1;
          expect(b.tokens).toBeLessThanOrEqual(a.tokens);
          expect(b.cross.tokens ?? 0).toBeGreaterThanOrEqual(a.cross.tokens ?? 0);
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(checked).toBeGreaterThan(100);
});

/** KV heads of models whose every layer is grouped-query attention over whole sequences. */
const GROUPED = SPECS.flatMap((spec) => {
  const heads = spec.layers.map(({ layer }) =>
    layer.attention.kind === "full" ? layer.attention.kvHeads : 0,
  );
  const [first = 0] = heads;
  return first > 0 && heads.every((count) => count === first) ? [{ spec, kvHeads: first }] : [];
});

/**
 * Twice the ranks hold K and V of a token in half the bytes each, as long as the ranks divide the KV heads. So
 * they hold at least as many tokens exactly where what they hold twice (2 · held by one of twice the ranks − held by
 * one of the ranks: activations, context, NCCL, norms) is no more than what the fraction is of.
 */
test("more tensor-parallel ranks never hold fewer tokens in total for grouped-query attention", () => {
  let checked = 0;
  fc.assert(
    fc.property(
      options,
      fc.constantFrom(...GROUPED),
      fc.constantFrom("tensorrt-llm", "tensorrt-llm-engine", "vllm"),
      fc.constantFrom(1, 2, 4),
      (anyRequest, { spec, kvHeads }, engine, tp) => {
        fc.pre(kvHeads % (2 * tp) === 0);
        const request = {
          ...anyRequest,
          engine,
          kvFraction: 0.9,
          maxSeqLen: 4096,
          pp: 1,
          ep: 1,
          attentionDp: false,
        };
        const [few, many] = [
          answer({ ...request, tp }, spec),
          answer({ ...request, tp: 2 * tp }, spec),
        ];
        if (few === undefined || many === undefined) {
          return;
        }
        const used = Number(request.usedMiB ?? 0) * 2 ** 20;
        if (2 * budgetOf(many, used) >= budgetOf(few, used)) {
          checked += 1;
          expect(many.kvTokens).toBeGreaterThanOrEqual(few.kvTokens);
        }
      },
    ),
    { numRuns: 2000 },
  );
  expect(checked).toBeGreaterThan(200);
});

test("on a card of 24 GB and more, with up to 8192 tokens a step, that is always so", () => {
  const cards = gpuIds();
  fc.assert(
    fc.property(
      fc.constantFrom(...cards),
      fc.constantFrom(...GROUPED),
      fc.constantFrom("tensorrt-llm", "vllm"),
      fc.constantFrom(1, 2, 4),
      fc.integer({ min: 1, max: 8192 }),
      (gpu, { spec, kvHeads }, engine, tp, maxNumTokens) => {
        fc.pre(kvHeads % (2 * tp) === 0);
        const request = { gpu, engine, maxNumTokens, kvFraction: 0.9, maxSeqLen: 4096 };
        const few = estimate({ ...request, tp }, spec);
        fc.pre((few.ranks[0]?.memoryBytes ?? 0) >= 23 * 2 ** 30);
        const many = estimate({ ...request, tp: 2 * tp }, spec);
        expect(many.kvTokens).toBeGreaterThanOrEqual(few.kvTokens);
      },
    ),
    { numRuns: 1000 },
  );
});

const math = create(all ?? {}, {});
for (const unit of ["token", "element", "layer", "graph", "cell"]) {
  math.createUnit(unit);
}

test("with any option, a law gives its term, in bytes", () => {
  fc.assert(
    fc.property(options, specs, (request, spec) => {
      for (const { id, law, values, bytes } of answer(request, spec)?.ranks[0]?.terms ?? []) {
        const scope = Object.entries(values).map(([name, value]) => {
          const unit = SYMBOLS[name]?.unit ?? "";
          return [name, unit === "1" ? value : math.unit(value, unit)];
        });
        const value = math.evaluate(law, Object.fromEntries(scope));
        expect(
          Math.abs(Number(math.number(value as never, "byte" as never)) - bytes),
          `${id}: ${law}`,
        ).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 300 },
  );
});
