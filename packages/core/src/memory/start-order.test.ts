import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planStarts, runStarts, type StartingEngine } from "./start-order.ts";

const GIB = 2 ** 30;

describe("the worked example of two models on one 24 GB card", () => {
  // T = 23.69 GiB, others hold 0.30. Model 1: context 0.6, graphs 0.4, weights and activations 6.2 GiB;
  // model 2: 0.6, 0.3, 3.7. Both keep 3.5 GiB of KV cache.
  const free = new Map([["gpu", (23.69 - 0.3) * GIB]]);
  const engines = [
    { rounding: 57_344, tokens: 65_536, held: 0.6 + 0.4 + 6.2 },
    { rounding: 28_672, tokens: 131_072, held: 0.6 + 0.3 + 3.7 },
  ].map(({ rounding, tokens, held }) => ({
    tokensPerBlock: 32,
    roundsUp: true,
    tokens,
    ranks: [{ gpu: "gpu", heldBefore: held * GIB, heldAfter: 0, kvBytesPerToken: rounding }],
  }));
  const steps = planStarts(free, engines);

  test("the first finds 16.19 GiB and takes 0.2162 of them", () => {
    expect((steps[0]?.ranks[0]?.freeForKv ?? 0) / GIB).toBeCloseTo(16.19, 2);
    expect(steps[0]?.fraction).toBeCloseTo(0.2162, 4); // 3.5 / 16.19
  });

  test("the second finds what the first left, 8.09 GiB, and takes 0.4326", () => {
    expect((steps[1]?.ranks[0]?.freeForKv ?? 0) / GIB).toBeCloseTo(8.09, 2); // 23.39 - 7.2 - 3.5 - 4.6
    expect(steps[1]?.fraction).toBeCloseTo(0.4326, 4); // 3.5 / 8.09
  });

  test("both pools are 3.5 GiB, and the byte cap says so", () => {
    expect(steps.map((step) => step.maxGpuTotalBytes)).toEqual([3.5 * GIB, 3.5 * GIB]);
  });

  test("the other start order needs other fractions", () => {
    const [second, first] = planStarts(free, [...engines].reverse());
    expect(second?.fraction).toBeCloseTo(3.5 / (23.39 - 4.6), 4);
    expect(first?.fraction).toBeCloseTo(3.5 / (23.39 - 4.6 - 3.5 - 7.2), 4);
  });
});

test("the rank with least room decides the fraction of all", () => {
  const free = new Map([
    ["small", 10 * GIB],
    ["large", 20 * GIB],
  ]);
  const rank = { heldBefore: 2 * GIB, heldAfter: 0, kvBytesPerToken: 65_536 };
  const engine = {
    tokensPerBlock: 32,
    roundsUp: false,
    tokens: 32_768,
    ranks: [
      { ...rank, gpu: "small" },
      { ...rank, gpu: "large" },
    ],
  };
  const [step] = planStarts(free, [engine]);
  expect(step?.fraction).toBeCloseTo(2 / 8, 9); // 32768 · 65536 B = 2 GiB of the 8 that are left on the small one
  expect(runStarts(free, [{ ...engine, fraction: step?.launchFraction ?? 0 }])).toEqual([32_768]);
});

test("two engines that each take 0.5 do not share equally", () => {
  const free = new Map([["gpu", 20 * GIB]]);
  const engine = {
    tokensPerBlock: 32,
    roundsUp: false,
    fraction: 0.5,
    ranks: [{ gpu: "gpu", heldBefore: 2 * GIB, heldAfter: 0, kvBytesPerToken: 65_536 }],
  };
  // first (20 - 2) / 2 = 9 GiB, second (20 - 11 - 2) / 2 = 3.5 GiB
  expect(runStarts(free, [engine, engine])).toEqual([(9 * GIB) / 65_536, (3.5 * GIB) / 65_536]);
});

test("a pipeline stage without a KV cache of its own limits nobody", () => {
  const free = new Map([
    ["first", 10 * GIB],
    ["second", 10 * GIB],
  ]);
  const rank = { heldBefore: 2 * GIB, heldAfter: 0 };
  const engine = {
    tokensPerBlock: 32,
    roundsUp: true,
    tokens: 32_768,
    ranks: [
      { ...rank, gpu: "first", kvBytesPerToken: 65_536 },
      { ...rank, gpu: "second", kvBytesPerToken: 0 },
    ],
  };
  const [step] = planStarts(free, [engine]);
  expect(step?.fraction).toBeCloseTo(2 / 8, 9);
  expect(runStarts(free, [{ ...engine, fraction: step?.launchFraction ?? 0 }])).toEqual([32_768]);
});

/** Any fleet of up to four unequal cards, and up to five engines on any of them, that fit. */
const starts = fc
  .record({
    cards: fc.array(fc.integer({ min: 8, max: 288 }), { minLength: 1, maxLength: 4 }),
    engines: fc.array(
      fc.record({
        on: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
        held: fc.integer({ min: 100_000_000, max: 40_000_000_000 }),
        after: fc.integer({ min: 1_000_000, max: 500_000_000 }),
        bytesPerToken: fc.integer({ min: 1000, max: 1_000_000 }),
        share: fc.double({ min: 0.01, max: 0.95, noNaN: true }),
        tokensPerBlock: fc.constantFrom(16, 32, 64, 128),
        roundsUp: fc.boolean(),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ cards, engines }) =>
    fitted(
      cards.map((gib) => gib * GIB),
      engines,
    ),
  );

interface Drawn {
  readonly on: readonly number[];
  readonly held: number;
  readonly after: number;
  readonly bytesPerToken: number;
  readonly share: number;
  readonly tokensPerBlock: number;
  readonly roundsUp: boolean;
}

/** Gives every engine that still fits a share of what is left, in whole blocks. */
function fitted(cards: readonly number[], drawn: readonly Drawn[]) {
  const free = new Map(cards.map((bytes, i) => [`gpu${i}`, bytes]));
  const left = new Map(free);
  const engines: (StartingEngine & { tokens: number })[] = [];
  for (const { on, held, after, bytesPerToken, share, tokensPerBlock, roundsUp } of drawn) {
    const gpus = [...new Set(on.map((i) => `gpu${i % cards.length}`))];
    const room = Math.min(...gpus.map((gpu) => (left.get(gpu) ?? 0) - held - after));
    const tokens = Math.floor((share * room) / bytesPerToken / tokensPerBlock) * tokensPerBlock;
    if (tokens < tokensPerBlock) {
      continue;
    }
    for (const gpu of gpus) {
      left.set(gpu, (left.get(gpu) ?? 0) - held - after - tokens * bytesPerToken);
    }
    engines.push({
      tokensPerBlock,
      roundsUp,
      tokens,
      ranks: gpus.map((gpu) => ({
        gpu,
        heldBefore: held,
        heldAfter: after,
        kvBytesPerToken: bytesPerToken,
      })),
    });
  }
  return { free, engines };
}

test("running the plan forward gives back exactly the planned KV cache, whatever the cards and the order", () => {
  fc.assert(
    fc.property(starts, ({ free, engines }) => {
      const steps = planStarts(free, engines);
      const forward = engines.map((engine, i) => ({
        ...engine,
        fraction: steps[i]?.launchFraction ?? 0,
      }));
      expect(runStarts(free, forward)).toEqual(engines.map((engine) => engine.tokens));
    }),
    { numRuns: 3000 },
  );
});

test("every fraction is inside (0, 1) and has at most nine digits", () => {
  fc.assert(
    fc.property(starts, ({ free, engines }) => {
      for (const { launchFraction } of planStarts(free, engines)) {
        expect(launchFraction).toBeGreaterThan(0);
        expect(launchFraction).toBeLessThan(1);
        expect(Number(launchFraction.toFixed(9))).toBe(launchFraction);
      }
    }),
    { numRuns: 2000 },
  );
});

test("with the token cap, a card that has more room than planned gives no more than planned", () => {
  fc.assert(
    fc.property(starts, fc.integer({ min: 1, max: 100 }), ({ free, engines }, extra) => {
      const steps = planStarts(free, engines);
      const roomier = new Map([...free].map(([gpu, bytes]) => [gpu, bytes + extra * 10_000_000]));
      const forward = engines.map((engine, i) => ({
        ...engine,
        fraction: steps[i]?.launchFraction ?? 0,
        maxTokens: engine.tokens,
      }));
      expect(runStarts(roomier, forward)).toEqual(engines.map((engine) => engine.tokens));
    }),
  );
});
