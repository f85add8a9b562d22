import type { CapacityDocument, ModelCapacity } from "@berth/core/capacity";
import { describe, expect, test } from "vitest";
import {
  chanceText,
  percentileText,
  rateText,
  shareText,
  spreadText,
  timeText,
  verdictOf,
} from "./say-capacity.ts";

test.each([
  [rateText(0.5), "0.500"],
  [rateText(12.345), "12.3"],
  [rateText(2345.6), "2,346"],
  [timeText(0.0123), "12.3 ms"],
  [timeText(2.5), "2.50 s"],
  [timeText(0.99951), "1.00 s"],
  [timeText(1790), "1,790 s"],
  [shareText(0.384), "38 %"],
  [shareText(undefined), "–"],
  [percentileText(0.95), "p95"],
  [percentileText(0.999), "p99.9"],
  [spreadText({ value: 5.04, low: 5.03, high: 5.05 }), "5.04 ± 0.01"],
  [chanceText({ value: 0.176, low: 0.173, high: 0.179 }), "17.6 ± 0.3 %"],
  [chanceText({ value: 0.4, low: 0.36, high: 0.44 }), "40 ± 4 %"],
  // never seen in so many paths is not never
  [chanceText({ value: 0, low: 0, high: 0.0019 }), "≤ 0.2 %"],
  [chanceText({ value: 0, low: 0, high: 0 }), "0 %"],
  [chanceText({ value: 1, low: 1, high: 1 }), "100 %"],
])("%s", (said, expected) => {
  expect(said).toBe(expected);
});

describe("the verdict", () => {
  const target = { metric: "ttft", percentile: 0.95, mostSeconds: 0.5 } as const;
  const model = (more: Partial<ModelCapacity>): ModelCapacity =>
    ({
      model: "chat",
      requestsPerSecond: 2,
      mostRequestsPerSecond: 4,
      isServed: true,
      targets: [],
      ...more,
    }) as unknown as ModelCapacity;
  const said = (...models: readonly ModelCapacity[]) =>
    verdictOf({ models, unplaced: [] } as unknown as CapacityDocument);

  test.each([
    { why: "served", got: said(model({})), expected: ["The model serves what it is asked for."] },
    {
      why: "targets met",
      got: said(
        model({ targets: [{ ...target, isMet: true, breaksAtRequestsPerSecond: 3 }] }),
        model({}),
      ),
      expected: ["All 2 models serve what they are asked for.", "Every target is met."],
    },
    {
      why: "missed",
      got: said(model({ targets: [{ ...target, isMet: false, breaksAtRequestsPerSecond: 1.5 }] })),
      expected: ["chat misses TTFT p95 ≤ 500 ms: it breaks at 1.50 requests a second."],
    },
    {
      why: "missed always",
      got: said(model({ targets: [{ ...target, isMet: false, breaksAtRequestsPerSecond: 0 }] })),
      expected: ["chat misses TTFT p95 ≤ 500 ms, even without load."],
    },
    {
      why: "too much",
      got: said(model({ requestsPerSecond: 5, isServed: false })),
      expected: ["chat is asked for 5.00 requests a second and serves 4.00 at the most."],
    },
  ])("$why", ({ got, expected }) => {
    expect(got.sentences).toEqual(expected);
    expect(got.isGood).toBe(!/misses|at the most/.test(expected.join()));
  });

  test("of a model without a place, beside one that is served", () => {
    const unplaced = [{ model: "large", requestsPerSecond: 1, targets: [] }];
    expect(verdictOf({ models: [model({})], unplaced } as unknown as CapacityDocument)).toEqual({
      isGood: false,
      sentences: ["large has no place in the plan, so it serves nothing."],
    });
  });
});
