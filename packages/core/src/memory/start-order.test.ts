import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planStarts, runStarts, type StartStep } from "./start-order.ts";
import type { MemoryKnobs } from "./starts/knobs.ts";
import { llamaCppStart } from "./starts/llama-cpp.ts";
import { sglangStart } from "./starts/sglang.ts";
import type { StartingEngine, StartingRank, StartLaw } from "./starts/start-law.ts";
import { tensorrtLlmStart } from "./starts/tensorrt-llm.ts";
import { vllmStart } from "./starts/vllm.ts";

const GIB = 2 ** 30;

interface Given {
  readonly law?: StartLaw;
  readonly tp?: number;
  readonly roundsUp?: boolean;
  readonly tokens: number;
  readonly tokensPerBlock?: number;
  readonly resumeShare?: number;
  readonly nullBlocks?: number;
  readonly ranks: readonly (Pick<StartingRank, "gpu" | "heldBefore" | "kvBytesPerToken"> &
    Partial<StartingRank>)[];
}

/** TensorRT-LLM where nothing else is said, one sequence that takes all tokens. */
function engine({ ranks, tokensPerBlock = 32, ...given }: Given): StartingEngine {
  return {
    law: tensorrtLlmStart,
    tp: ranks.length,
    stageLayers: [32],
    sequences: 1,
    tokensPerBlock,
    roundsUp: false,
    resumeShare: 1,
    nullBlocks: 0,
    ...given,
    ranks: ranks.map((rank) => ({
      totalBytes: 24 * GIB,
      contextBytes: 0,
      beforeLoad: 0,
      heldAfter: 0,
      poolBytes: given.tokens * rank.kvBytesPerToken,
      blocks: given.tokens / tokensPerBlock,
      ...rank,
    })),
  };
}

/** TensorRT-LLM's fraction. */
function fraction(step: StartStep | undefined): number {
  return step?.knobs.freeGpuMemFraction ?? Number.NaN;
}

function tokens(runs: readonly { readonly tokens: number }[]): readonly number[] {
  return runs.map((run) => run.tokens);
}

describe("the worked example of two models on one 24 GB card", () => {
  // T = 23.69 GiB, others hold 0.30. Model 1: context 0.6, graphs 0.4, weights and activations 6.2 GiB;
  // model 2: 0.6, 0.3, 3.7. Both keep 3.5 GiB of KV cache.
  const free = new Map([["gpu", (23.69 - 0.3) * GIB]]);
  const engines = [
    { rounding: 57_344, tokens: 65_536, held: 0.6 + 0.4 + 6.2 },
    { rounding: 28_672, tokens: 131_072, held: 0.6 + 0.3 + 3.7 },
  ].map(({ rounding, tokens, held }) =>
    engine({
      roundsUp: true,
      tokens,
      ranks: [{ gpu: "gpu", heldBefore: held * GIB, kvBytesPerToken: rounding }],
    }),
  );
  const steps = planStarts(free, engines);

  test("the first finds 16.19 GiB and takes 0.2162 of them", () => {
    expect((steps[0]?.ranks[0]?.freeForKv ?? 0) / GIB).toBeCloseTo(16.19, 2);
    expect(fraction(steps[0])).toBeCloseTo(0.2162, 3); // 3.5 / 16.19
  });

  test("the second finds what the first left, 8.09 GiB, and takes 0.4326", () => {
    expect((steps[1]?.ranks[0]?.freeForKv ?? 0) / GIB).toBeCloseTo(8.09, 2); // 23.39 - 7.2 - 3.5 - 4.6
    expect(fraction(steps[1])).toBeCloseTo(0.4326, 3); // 3.5 / 8.09
  });

  test("the other start order needs other fractions", () => {
    const [second, first] = planStarts(free, [...engines].reverse());
    expect(fraction(second)).toBeCloseTo(3.5 / (23.39 - 4.6), 3);
    expect(fraction(first)).toBeCloseTo(3.5 / (23.39 - 4.6 - 3.5 - 7.2), 3);
  });
});

describe("TensorRT-LLM", () => {
  test("the rank with least room decides the fraction of all", () => {
    const free = new Map([
      ["small", 10 * GIB],
      ["large", 20 * GIB],
    ]);
    const rank = { heldBefore: 2 * GIB, kvBytesPerToken: 65_536 };
    const one = engine({
      tokens: 32_768,
      ranks: [
        { ...rank, gpu: "small" },
        { ...rank, gpu: "large" },
      ],
    });
    const [step] = planStarts(free, [one]);
    expect(fraction(step)).toBeCloseTo(2 / 8, 3); // 32768 · 65536 B = 2 GiB of the 8 that are left on the small one
    expect(tokens(runStarts(free, [{ ...one, knobs: step?.knobs ?? {} }]))).toEqual([32_768]);
  });

  test("two engines that each take 0.5 do not share equally", () => {
    const free = new Map([["gpu", 20 * GIB]]);
    const half = {
      ...engine({
        tokens: 32_768,
        ranks: [{ gpu: "gpu", heldBefore: 2 * GIB, kvBytesPerToken: 65_536 }],
      }),
      knobs: { freeGpuMemFraction: 0.5 },
    };
    // first (20 - 2) / 2 = 9 GiB, second (20 - 11 - 2) / 2 = 3.5 GiB
    expect(tokens(runStarts(free, [half, half]))).toEqual([
      (9 * GIB) / 65_536,
      (3.5 * GIB) / 65_536,
    ]);
  });

  test("a pipeline stage without a KV cache of its own limits nobody", () => {
    const free = new Map([
      ["first", 10 * GIB],
      ["second", 10 * GIB],
    ]);
    const rank = { heldBefore: 2 * GIB };
    const one = engine({
      roundsUp: true,
      tp: 1,
      tokens: 32_768,
      ranks: [
        { ...rank, gpu: "first", kvBytesPerToken: 65_536 },
        { ...rank, gpu: "second", kvBytesPerToken: 0 },
      ],
    });
    const [step] = planStarts(free, [one]);
    expect(fraction(step)).toBeCloseTo(2 / 8, 3);
    expect(tokens(runStarts(free, [{ ...one, knobs: step?.knobs ?? {} }]))).toEqual([32_768]);
  });
});

describe("vLLM", () => {
  // 24 GiB, of which others hold 4. Context 0.5 GiB beside the share; 8 GiB counted, 4 GiB of KV cache.
  const free = new Map([["gpu", 20 * GIB]]);
  const given = {
    tokensPerBlock: 16,
    tokens: 65_536,
    ranks: [
      {
        gpu: "gpu",
        contextBytes: 0.5 * GIB,
        heldBefore: 8 * GIB,
        heldAfter: 0.5 * GIB,
        kvBytesPerToken: 65_536,
      },
    ],
  };
  const share = (law: StartLaw): number =>
    planStarts(free, [engine({ ...given, law })])[0]?.knobs.gpuMemoryUtilization ?? Number.NaN;

  test("the share is of the total, and others don't count since 0.6.5", () => {
    expect(share(vllmStart("own", true))).toBeCloseTo((8 + 4) / 24, 4);
  });

  test("before that all that is used on the card counts", () => {
    expect(share(vllmStart("all", false))).toBeCloseTo((8 + 4 + 4) / 24, 4);
  });

  test("V1 starts only where its share is free beside its context", () => {
    const law = vllmStart("own", true);
    const one = { ...engine({ ...given, law }), knobs: { gpuMemoryUtilization: 0.5 } };
    expect(tokens(runStarts(new Map([["gpu", 12.5 * GIB]]), [one]))).toEqual([65_536]);
    expect(tokens(runStarts(new Map([["gpu", 12.49 * GIB]]), [one]))).toEqual([0]);
    const v0 = { ...one, law: vllmStart("own", false) };
    expect(tokens(runStarts(new Map([["gpu", 12.49 * GIB]]), [v0]))).toEqual([65_536]);
  });
});

describe("SGLang", () => {
  // 20 GiB free: 0.5 before the weights are loaded, 7 loaded, 4 of KV cache: (7 + 4) / 19.5
  test("the fraction is of what is free before the weights are loaded", () => {
    const one = engine({
      law: sglangStart,
      tokensPerBlock: 1,
      tokens: 65_536,
      ranks: [
        { gpu: "gpu", beforeLoad: 0.5 * GIB, heldBefore: 7.5 * GIB, kvBytesPerToken: 65_536 },
      ],
    });
    const [step] = planStarts(new Map([["gpu", 20 * GIB]]), [one]);
    expect(step?.knobs.memFractionStatic).toBeCloseTo(11 / 19.5, 5);
  });

  // stage a: 20 GiB free, 10 loaded, leaves 10; stage b: 12 free, 1 loaded, leaves 11. Every rank takes 10 as free
  // after load and 12 before: 4 GiB for the larger pool are 10 - 12 · (1 - f), so f = 0.5
  test("stages take the least that any of them finds, before and after load", () => {
    const one = {
      ...engine({
        law: sglangStart,
        tokensPerBlock: 1,
        tokens: 65_536,
        ranks: [
          { gpu: "a", heldBefore: 10 * GIB, kvBytesPerToken: 65_536 },
          { gpu: "b", heldBefore: GIB, kvBytesPerToken: 32_768 },
        ],
      }),
      tp: 1,
    };
    const free = new Map([
      ["a", 20 * GIB],
      ["b", 12 * GIB],
    ]);
    const [step] = planStarts(free, [one]);
    expect(step?.knobs.memFractionStatic).toBeCloseTo(0.5, 4);
    expect(tokens(runStarts(free, [{ ...one, knobs: step?.knobs ?? {} }]))).toEqual([65_536]);
  });
});

describe("llama.cpp", () => {
  const one: StartingEngine = {
    ...engine({
      law: llamaCppStart,
      tp: 1,
      tokensPerBlock: 256,
      tokens: 32_768,
      ranks: ["a", "b"].map((gpu) => ({ gpu, heldBefore: 6 * GIB, kvBytesPerToken: 32_768 })),
    }),
    sequences: 4,
    stageLayers: [18, 14],
  };

  test("is told cells, slots, layers and where they are cut, the head with the last", () => {
    expect(planStarts(new Map(), [one])[0]?.knobs).toEqual({
      ctxSize: 32_768,
      parallel: 4,
      gpuLayers: 33,
      tensorSplit: [18, 15],
    });
  });

  test("does not start where one card is a byte short", () => {
    const knobs = planStarts(new Map(), [one])[0]?.knobs ?? {};
    const free = (b: number) =>
      new Map([
        ["a", 7 * GIB],
        ["b", b],
      ]);
    expect(tokens(runStarts(free(7 * GIB), [{ ...one, knobs }]))).toEqual([32_768]);
    expect(tokens(runStarts(free(7 * GIB - 1), [{ ...one, knobs }]))).toEqual([0]);
  });
});

const LAWS = {
  "tensorrt-llm": tensorrtLlmStart,
  "vllm 0.5": vllmStart("all", false),
  "vllm 0.7": vllmStart("own", false),
  vllm: vllmStart("own", true),
  sglang: sglangStart,
  "llama.cpp": llamaCppStart,
} as const;

/** Any fleet of up to four unequal cards, and up to five engines of any kind on any of them, that fit. */
const starts = fc
  .record({
    cards: fc.array(fc.integer({ min: 8, max: 288 }), { minLength: 1, maxLength: 4 }),
    others: fc.double({ min: 0, max: 0.3, noNaN: true }),
    drawn: fc.array(
      fc.record({
        law: fc.constantFrom(...Object.values(LAWS)),
        on: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
        held: fc.integer({ min: 100_000_000, max: 40_000_000_000 }),
        before: fc.double({ min: 0, max: 0.5, noNaN: true }),
        after: fc.integer({ min: 1_000_000, max: 500_000_000 }),
        bytesPerToken: fc.integer({ min: 1000, max: 1_000_000 }),
        share: fc.double({ min: 0.01, max: 0.95, noNaN: true }),
        blocks: fc.constantFrom(16, 32, 64, 128),
        roundsUp: fc.boolean(),
        isNew: fc.boolean(),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ cards, others, drawn }) =>
    fitted(
      cards.map((gib) => ({ total: gib * GIB, free: Math.floor((1 - others) * gib * GIB) })),
      // SGLang counts single tokens, llama.cpp runs of 256 cells
      drawn.map((one) => ({ ...one, tokensPerBlock: BLOCKS.get(one.law) ?? one.blocks })),
    ),
  );

const BLOCKS = new Map<StartLaw, number>([
  [sglangStart, 1],
  [llamaCppStart, 256],
]);

interface Drawn {
  readonly law: StartLaw;
  readonly on: readonly number[];
  readonly held: number;
  readonly before: number;
  readonly after: number;
  readonly bytesPerToken: number;
  readonly share: number;
  readonly tokensPerBlock: number;
  readonly roundsUp: boolean;
  /** With what TensorRT-LLM's KV cache manager V2 and vLLM V1 give no sequence. */
  readonly isNew: boolean;
}

interface DrawnCard {
  readonly total: number;
  readonly free: number;
}

/** Gives every engine that still fits a share of what is left, in whole blocks. */
function fitted(cards: readonly DrawnCard[], drawn: readonly Drawn[]) {
  const free = new Map(cards.map((card, i) => [`gpu${i}`, card.free]));
  const totals = new Map(cards.map((card, i) => [`gpu${i}`, card.total]));
  const left = new Map(free);
  const engines: StartingEngine[] = [];
  for (const one of drawn) {
    const { held, after, bytesPerToken, tokensPerBlock } = one;
    const gpus = [...new Set(one.on.map((i) => `gpu${i % cards.length}`))];
    const room = Math.min(...gpus.map((gpu) => roomFor(one, left.get(gpu) ?? 0)));
    const { tokens, ...pool } = drawnPool(one, room);
    if (tokens < tokensPerBlock || !canShare(one, gpus, { tokens, left, totals })) {
      continue;
    }
    for (const gpu of gpus) {
      left.set(gpu, (left.get(gpu) ?? 0) - held - after - pool.poolBytes);
    }
    engines.push({
      ...engine({
        law: one.law,
        roundsUp: one.law === tensorrtLlmStart && one.roundsUp,
        tokensPerBlock,
        tokens,
        resumeShare: pool.resumeShare,
        nullBlocks: pool.nullBlocks,
        ranks: gpus.map((gpu) => ({
          gpu,
          poolBytes: pool.poolBytes,
          blocks: pool.blocks,
          totalBytes: totals.get(gpu) ?? 0,
          contextBytes: Math.floor(after / 2),
          beforeLoad: Math.floor(one.before * held),
          heldBefore: held,
          heldAfter: after,
          kvBytesPerToken: bytesPerToken,
        })),
      }),
      // llama.cpp has stages, the others a tensor parallel group
      tp: one.law === llamaCppStart ? 1 : gpus.length,
    });
  }
  return { free, engines };
}

/** A pool that takes its share of the room, with what none of its sequences gets. */
function drawnPool({ law, isNew, share, bytesPerToken, tokensPerBlock }: Drawn, room: number) {
  const resumeShare = isNew && law === tensorrtLlmStart ? 0.95 : 1;
  const nullBlocks = isNew && law === LAWS.vllm ? 1 : 0;
  const blocks = Math.floor((resumeShare * share * room) / bytesPerToken / tokensPerBlock);
  const tokens = (blocks - nullBlocks) * tokensPerBlock;
  const poolBytes = Math.ceil((blocks * tokensPerBlock * bytesPerToken) / resumeShare);
  return { tokens, blocks, poolBytes, resumeShare, nullBlocks };
}

function roomFor({ held, after }: Drawn, left: number): number {
  return left - held - after;
}

/** vLLM's share is one for all of its cards: the placement keeps that much free on each. */
function canShare(
  one: Drawn,
  gpus: readonly string[],
  on: {
    readonly tokens: number;
    readonly left: ReadonlyMap<string, number>;
    readonly totals: ReadonlyMap<string, number>;
  },
): boolean {
  const need = one.held + (on.tokens + 2 * one.tokensPerBlock) * one.bytesPerToken;
  const share = Math.max(...gpus.map((gpu) => need / (on.totals.get(gpu) ?? 1)));
  return (
    one.law !== LAWS.vllm ||
    gpus.every((gpu) => share * (on.totals.get(gpu) ?? 0) + one.after <= (on.left.get(gpu) ?? 0))
  );
}

/** A plan of starts as it would be run. */
function planned({ free, engines }: ReturnType<typeof fitted>) {
  const steps = planStarts(free, engines);
  return engines.map((one, i) => ({ ...one, knobs: steps[i]?.knobs ?? {} }));
}

test("running the plan forward gives back exactly the planned KV cache, whatever the cards, the engines and the order", () => {
  fc.assert(
    fc.property(starts, ({ free, engines }) => {
      expect(tokens(runStarts(free, planned({ free, engines })))).toEqual(
        engines.map((one) => one.tokens),
      );
    }),
    { numRuns: 3000 },
  );
});

test("no card is ever asked for more than it has, whatever the mix of engines", () => {
  fc.assert(
    fc.property(starts, ({ free, engines }) => {
      for (const { leastLeft } of runStarts(free, planned({ free, engines }))) {
        expect(leastLeft).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 2000 },
  );
});

test("every fraction is inside (0, 1) and has as many digits as its engine reads", () => {
  fc.assert(
    fc.property(starts, ({ free, engines }) => {
      for (const { knobs } of planStarts(free, engines)) {
        for (const { share, digits } of sharesOf(knobs)) {
          expect(share).toBeGreaterThan(0);
          expect(share).toBeLessThan(1);
          expect(Number(share.toFixed(digits))).toBe(share);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

/** The fraction among the knobs, with the digits that its engine keeps. */
function sharesOf({ freeGpuMemFraction, gpuMemoryUtilization, memFractionStatic }: MemoryKnobs) {
  return [
    { share: freeGpuMemFraction, digits: 9 },
    { share: gpuMemoryUtilization, digits: 12 },
    { share: memFractionStatic, digits: 12 },
  ].flatMap(({ share, digits }) => (share === undefined ? [] : [{ share, digits }]));
}

test("with the token cap, a card that has more room than planned gives no more than planned", () => {
  fc.assert(
    fc.property(starts, fc.integer({ min: 1, max: 100 }), ({ free, engines }, extra) => {
      const roomier = new Map([...free].map(([gpu, bytes]) => [gpu, bytes + extra * 10_000_000]));
      const capped = planned({ free, engines }).map((one) => ({ ...one, maxTokens: one.tokens }));
      expect(tokens(runStarts(roomier, capped))).toEqual(engines.map((one) => one.tokens));
    }),
  );
});
