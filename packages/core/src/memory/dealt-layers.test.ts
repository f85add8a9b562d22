import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dealLayers } from "./dealt-layers.ts";

describe("llama.cpp's layer split", () => {
  test.each([
    // slot i of 33 goes to the first card where i / 33 < 1/2, that is i < 16.5; the output is slot 32
    { layers: 32, shares: [1, 1], dealt: [17, 15], outputDevice: 1 },
    // i < 33 · 3/4 = 24.75
    { layers: 32, shares: [3, 1], dealt: [25, 7], outputDevice: 1 },
    // bytes and shares are the same thing: i < 33 · 8/32 = 8.25
    { layers: 32, shares: [8 * 2 ** 30, 24 * 2 ** 30], dealt: [9, 23], outputDevice: 1 },
    // i / 34 < 1/2: slot 17 lies on the bound and goes behind it
    { layers: 33, shares: [1, 1], dealt: [17, 16], outputDevice: 1 },
    // more cards than slots: i / 5 < 1/8, 2/8, …
    { layers: 4, shares: Array(8).fill(1), dealt: [1, 1, 0, 1, 1, 0, 0, 0], outputDevice: 6 },
    { layers: 32, shares: [0, 1, 0], dealt: [0, 32, 0], outputDevice: 1 },
    { layers: 32, shares: [5], dealt: [32], outputDevice: 0 },
  ])("$layers layers over $shares", ({ layers, shares, dealt, outputDevice }) => {
    expect(dealLayers(layers, shares)).toEqual({ layers: dealt, outputDevice });
  });

  // KV buffers of posted logs over the bytes of one layer (ik_llama.cpp, the same rule): DeepSeek-V3.1 with
  // -ts 23,5,4,…: 379.23, 82.44, 65.95, … MiB at 16.49 a layer (issue of 2025-09-01); DeepSeek-R1 with 16 times 24:
  // 36, …, 27 on the eighth card, …, 18 MiB at 9 a layer (discussion of 2025-03-07)
  test.each([
    { shares: [23, 5, 4, 5, 5, 4, 5, 5, 2, 2, 2], dealt: [23, 5, 4, 5, 5, 4, 5, 5, 2, 2, 1] },
    {
      shares: Array(16).fill(24),
      dealt: [4, 4, 4, 4, 4, 4, 4, 3, 4, 4, 4, 4, 4, 4, 4, 2],
    },
  ])("61 layers over $shares, as a posted log has them", ({ shares, dealt }) => {
    expect(dealLayers(61, shares)).toEqual({ layers: dealt, outputDevice: dealt.length - 1 });
  });

  test("deals out every layer, in proportion to within one", () => {
    const shares = fc
      .array(fc.double({ min: 0, max: 2 ** 40, noNaN: true }), { minLength: 1, maxLength: 16 })
      .filter((list) => list.some((share) => share > 1));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), shares, (layers, list) => {
        const dealt = dealLayers(layers, list);
        expect(dealt.layers.reduce((sum, count) => sum + count, 0)).toBe(layers);
        const total = list.reduce((sum, share) => sum + share, 0);
        for (const [device, count] of dealt.layers.entries()) {
          const slots = count + (device === dealt.outputDevice ? 1 : 0);
          const fair = ((list[device] ?? 0) / total) * (layers + 1);
          expect(Math.abs(slots - fair)).toBeLessThan(1.001);
        }
      }),
    );
  });
});
