import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { closedLoop } from "./closed-loop.ts";
import {
  attentionFlops,
  distinctExperts,
  exchangeSeconds,
  kvBytes,
  promptPairs,
} from "./roofline.ts";
import type { SpeedConstants } from "./speed-constants.ts";
import { NO_SPECULATION, type SpeedSetting, type StageSpeed } from "./speed-setting.ts";
import { decodeStep, promptOccupancy, promptStep, promptTime, stepTimeOf } from "./step-time.ts";
import type { StepWork } from "./step-work.ts";

const CONSTANTS: SpeedConstants = {
  stepSeconds: 1e-3,
  layerSeconds: 1e-5,
  normedLayerSeconds: 1e-6,
  expertLayerSeconds: 2e-5,
  latentLayerSeconds: 3e-5,
  sequenceSeconds: 1e-6,
  collectiveSeconds: 5e-6,
  denseBandwidth: 0.5,
  expertBandwidth: 0.5,
  kvBandwidth: 0.5,
  denseCompute: 0.5,
  expertCompute: 0.5,
  attentionCompute: 0.5,
  wideningWork: 1,
  linkBandwidth: 0.5,
  routingSpread: 1,
  firstTokenSeconds: 0.01,
  promptLayerSeconds: 1e-4,
  promptExpertLayerSeconds: 1e-4,
  promptLatentLayerSeconds: 1e-3,
  attentionDpSteps: 10,
  startsTogether: 0.1,
  acceptedOfFour: 2,
};

const WORK: StepWork = {
  layers: 10,
  expertLayers: 0,
  latentLayers: 0,
  normedLayers: 0,
  collectives: 20,
  denseBytes: 1e9,
  expertBytes: 0,
  experts: 0,
  active: 0,
  denseFlops: 1e9,
  headFlops: 0,
  expertFlops: 0,
  kv: [{ window: Number.POSITIVE_INFINITY, bytesPerToken: 1e5 }],
  pairFlops: [{ window: Number.POSITIVE_INFINITY, flops: 1e5 }],
  hiddenBytes: 1e4,
};

const CARD = {
  bytesPerSecond: 1e12,
  flopsPerSecond: 1e15,
  plainFlopsPerSecond: 5e14,
  constants: CONSTANTS,
};

function settingOf(
  change: { readonly work?: Partial<StepWork>; readonly card?: Partial<typeof CARD> } = {},
  more: Partial<SpeedSetting> = {},
): SpeedSetting {
  const stage: StageSpeed = {
    work: { ...WORK, ...change.work },
    cards: [{ ...CARD, ...change.card }],
    link: { bytesPerSecond: 1e11, seconds: 5e-6 },
  };
  return {
    stages: [stage],
    tp: 1,
    attentionDp: false,
    overlapsStages: true,
    speculation: NO_SPECULATION,
    ...more,
  };
}

test.each([
  // step 1 ms + 10 layers · 10 us + 1e9 B / (1e12 · 0.5) + 8 · 1000 · 1e5 B / 5e11 + 8 us = 1.1 + 2 + 1.6 + 0.008 ms
  { what: "reads weights and cache", setting: settingOf(), sequences: 8, expected: 4.708e-3 },
  // 4000 · 1e9 / 5e14 = 8 ms takes longer than reading weights; cache 0.8 s, sequences 4 ms
  { what: "multiplies", setting: settingOf(), sequences: 4000, expected: 0.8131 },
  // 100 GB of experts: 1 - (1 - 8/128)^4 = 0.2275 of them, at 5e11 B/s: 45.50 ms; 10 · 20 us
  {
    what: "reads the experts that four tokens visit",
    setting: settingOf({ work: { experts: 128, active: 8, expertBytes: 1e11, expertLayers: 10 } }),
    sequences: 4,
    expected: 1.1e-3 + 2e-3 + 0.8e-3 + 4e-6 + 2e-4 + (1 - (120 / 128) ** 4) * 0.2,
  },
  // two stages at once: each half of the batch, 1.1 + 2 + 0.8 + 0.004 ms, one after the other for a token
  {
    what: "passes two stages",
    setting: twoStages(true),
    sequences: 8,
    expected: 2 * 3.904e-3,
  },
  // one after another with the whole batch
  { what: "waits for two stages", setting: twoStages(false), sequences: 8, expected: 2 * 4.708e-3 },
])("a decode step $what", ({ setting, sequences, expected }) => {
  expect(decodeStep(setting, sequences, 1000)).toBeCloseTo(expected, 9);
});

function twoStages(overlapsStages: boolean): SpeedSetting {
  const [stage] = settingOf().stages;
  if (stage === undefined) {
    throw new Error("no stage");
  }
  return { ...settingOf(), stages: [stage, stage], overlapsStages };
}

test("a mixed group runs at its slowest card", () => {
  const setting = settingOf();
  const [stage] = setting.stages;
  const slow = { ...CARD, bytesPerSecond: 5e11 };
  const mixed = {
    ...setting,
    stages: stage === undefined ? [] : [{ ...stage, cards: [CARD, slow] }],
  };
  expect(decodeStep(mixed, 8, 1000)).toBe(decodeStep(settingOf({ card: slow }), 8, 1000));
});

test("a prompt multiplies its tokens and attends to its pairs", () => {
  // 1000 · 1e9 / 5e14 = 2 ms; 500,500 pairs · 1e5 / 2.5e14 = 0.2002 ms; ten layers more for the step: 1 ms
  const load = { tokens: 1000, pairs: promptPairs(1000), prompts: 1 };
  expect(promptTime(settingOf(), load)).toBeCloseTo(2.2002e-3, 9);
  expect(promptStep(settingOf())).toBeCloseTo(1e-3, 9);
  const step = stepTimeOf(settingOf());
  const both = step({
    decodes: 8,
    decodeContext: 8000,
    prefillTokens: 1000,
    prefillPairs: promptPairs(1000),
  });
  expect(both).toBeCloseTo(4.708e-3 + 1e-3 + 2.2002e-3, 9);
  // the busiest of two stages that work at once does half of the prompt's work
  expect(promptOccupancy(twoStages(true), load)).toBeCloseTo(2.2002e-3, 9);
  expect(promptOccupancy(twoStages(false), load)).toBeCloseTo(4.4004e-3, 9);
});

test("laws of single parts", () => {
  // 3 tokens, 2 of 8 experts each: 1 - 0.75³
  expect(distinctExperts({ ...WORK, experts: 8, active: 2 }, 3)).toBe(1 - 0.75 ** 3);
  expect(distinctExperts(WORK, 3)).toBe(0);
  // half of the layers look back 128 tokens: 1000 · 3 + 128 · 4
  const kv = [
    { window: Number.POSITIVE_INFINITY, bytesPerToken: 3 },
    { window: 128, bytesPerToken: 4 },
  ];
  expect(kvBytes({ ...WORK, kv }, 1000)).toBe(3512);
  // a window of 10 lets 100 tokens make no more than 1000 pairs of 5050
  const pairFlops = [{ window: 10, flops: 2 }];
  expect(attentionFlops({ ...WORK, pairFlops }, 100, promptPairs(100))).toBe(2000);
  // 100 read tokens after 50 cached ones: 100 · 50 + 5050
  expect(promptPairs(100, 50)).toBe(10_050);
  // 20 exchanges of 2 · 3/4 · 8 · 1e4 B at 1e11 B/s and 5 us each
  const [stage] = settingOf().stages;
  expect(stage && exchangeSeconds(settingOf({}, { tp: 4 }), stage, 8)).toBeCloseTo(
    20 * (5e-6 + 1.2e-6),
    12,
  );
});

describe("more of something is never slower", () => {
  const load = fc.record({
    clients: fc.integer({ min: 1, max: 512 }),
    promptTokens: fc.integer({ min: 1, max: 32_768 }),
    outputTokens: fc.integer({ min: 1, max: 8192 }),
  });

  test("bandwidth and compute", () => {
    fc.assert(
      fc.property(load, fc.double({ min: 1, max: 10, noNaN: true }), (point, times) => {
        const plain = closedLoop(settingOf(), point);
        const wide = closedLoop(settingOf({ card: { bytesPerSecond: 1e12 * times } }), point);
        const strong = closedLoop(
          settingOf({ card: { flopsPerSecond: 1e15 * times, plainFlopsPerSecond: 5e14 * times } }),
          point,
        );
        expect(wide.tpot).toBeLessThanOrEqual(plain.tpot * ROUNDING);
        expect(strong.tpot).toBeLessThanOrEqual(plain.tpot * ROUNDING);
        expect(strong.ttft).toBeLessThanOrEqual(plain.ttft * ROUNDING);
      }),
    );
  });

  test("a larger batch gives more tokens a second, and takes longer for each", () => {
    const work = { experts: 64, active: 4, expertBytes: 1e10, expertFlops: 1e9 };
    const setting = settingOf({ work });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 9000 }),
        (n, context) => {
          const [one, more] = [
            decodeStep(setting, n, context),
            decodeStep(setting, n + 1, context),
          ];
          expect(more).toBeGreaterThanOrEqual(one);
          expect((n + 1) / more).toBeGreaterThanOrEqual((n / one) * (2 - ROUNDING));
        },
      ),
    );
  });

  test("a load test spends all of its time on the steps of all clients", () => {
    fc.assert(
      fc.property(load, (point) => {
        const { tpot, ttft } = closedLoop(settingOf(), point);
        const step = decodeStep(
          settingOf(),
          point.clients,
          point.promptTokens + point.outputTokens / 2,
        );
        expect(tpot).toBeGreaterThanOrEqual(step * (2 - ROUNDING));
        expect(ttft).toBeGreaterThan(0);
      }),
    );
  });
});

/** Sums of doubles in another order. */
const ROUNDING = 1 + 1e-9;
