import { describe, expect, test } from "vitest";
import { gaussNodes } from "./gauss-nodes.ts";
import {
  histogram,
  histogramQuantile,
  meanEstimate,
  quantileEstimate,
  quantileOf,
  ratioEstimate,
  shareEstimate,
} from "./quantiles.ts";
import { seededRandom } from "./random.ts";

describe("intervals", () => {
  test.each([
    // parts of one value each are as many draws; parts of many values know more of the quantile
    { draws: 1, share: 0.5, widest: 0.4 },
    { draws: 30, share: 0.5, widest: 0.12 },
    { draws: 30, share: 0.95, widest: 0.08 },
  ])(
    "95 of 100 intervals hold the quantile $share of parts of $draws draws",
    ({ draws, share, widest }) => {
      const random = seededRandom(5);
      const cells = 500;
      let held = 0;
      let width = 0;
      for (let trial = 0; trial < 300; trial += 1) {
        const parts = Array.from({ length: 32 }, () => {
          const part = histogram(1, cells);
          for (let draw = 0; draw < draws; draw += 1) {
            const cell = Math.floor(random.uniform() * cells);
            part.weights[cell] = (part.weights[cell] ?? 0) + 1;
          }
          return part;
        });
        const { low, high } = quantileEstimate(parts, share);
        held += low <= share && share <= high ? 1 : 0;
        width += (high - low) / 300;
      }
      expect(held / 300).toBeGreaterThan(0.9);
      expect(held / 300).toBeLessThan(0.99);
      expect(width).toBeLessThan(widest);
    },
  );

  test("a quantile of nothing is none, and of one part has no interval", () => {
    expect(quantileEstimate([], 0.5).value).toBeNaN();
    const part = histogram(1, 4);
    part.weights.set([1, 1, 1, 1]);
    expect(quantileEstimate([part], 0.5)).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
  });

  test("Wilson's, as published: 8 of 10", () => {
    const { value, low, high } = shareEstimate(8, 10);
    expect(value).toBe(0.8);
    // Brown, Cai, DasGupta 2001
    expect(low).toBeCloseTo(0.4902, 4);
    expect(high).toBeCloseTo(0.9433, 4);
  });

  test("none and all keep an end of the interval", () => {
    expect(shareEstimate(0, 100)).toMatchObject({ value: 0, low: 0 });
    expect(shareEstimate(0, 100).high).toBeCloseTo(0.037, 3);
    expect(shareEstimate(100, 100)).toMatchObject({ value: 1, high: 1 });
  });

  test("95 of 100 intervals of a mean and of a ratio hold the truth", () => {
    const random = seededRandom(3);
    let means = 0;
    let ratios = 0;
    for (let trial = 0; trial < 400; trial += 1) {
      const values = Float64Array.from({ length: 200 }, () => random.exponential());
      const wholes = Float64Array.from({ length: 200 }, () => 1 + random.uniform());
      const parts = wholes.map((whole) => (random.uniform() < 0.3 ? whole : 0));
      const mean = meanEstimate(values);
      const ratio = ratioEstimate(parts, wholes);
      means += mean.low <= 1 && mean.high >= 1 ? 1 : 0;
      ratios += ratio.low <= 0.3 && ratio.high >= 0.3 ? 1 : 0;
    }
    // 380 of 400, give or take 4 · sqrt(400 · 0.95 · 0.05) = 17
    expect(Math.abs(means - 380)).toBeLessThan(18);
    expect(Math.abs(ratios - 380)).toBeLessThan(18);
  });
});

test("quantiles lie between neighbours", () => {
  expect(quantileOf([1, 2, 4], 0.5)).toBe(2);
  expect(quantileOf([1, 2, 4], 0.75)).toBe(3);
  expect(quantileOf([], 0.5)).toBeNaN();
  const cells = histogram(10, 5);
  cells.weights.set([1, 0, 0, 3, 0]);
  // a quarter of the weight is in 0 to 2; the median is a third of the way through 6 to 8
  expect(histogramQuantile(cells, 0.25)).toBe(2);
  expect(histogramQuantile(cells, 0.5)).toBeCloseTo(6 + 2 / 3, 12);
  expect(histogramQuantile(histogram(1, 3), 0.5)).toBeNaN();
});

describe("Gauss' nodes", () => {
  const random = seededRandom(1);
  const sample = Array.from({ length: 1000 }, () => 100 * Math.exp(0.8 * random.normal()));

  test.each([1, 2, 3, 4, 5])("%i nodes have the sample's powers", (count) => {
    const nodes = gaussNodes(sample, count);
    expect(nodes).toHaveLength(count);
    for (let power = 0; power < 2 * count; power += 1) {
      const wanted = sample.reduce((sum, value) => sum + value ** power, 0) / sample.length;
      const given = nodes.reduce((sum, { value, weight }) => sum + weight * value ** power, 0);
      expect(given / wanted).toBeCloseTo(1, 6);
    }
  });

  test("a sample of few values has no more nodes", () => {
    expect(gaussNodes([5, 5, 5], 4)).toEqual([{ value: 5, weight: 1 }]);
    const two = gaussNodes([1, 3, 3, 3], 4);
    expect(two.map(({ value }) => Math.round(1e6 * value) / 1e6)).toEqual([1, 3]);
    expect(two[1]?.weight).toBeCloseTo(0.75, 9);
  });

  test("nothing has no nodes", () => {
    expect(() => gaussNodes([], 2)).toThrow("expected positive numbers");
  });
});
