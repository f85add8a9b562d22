import { describe, expect, it } from "vitest";
import { defaultNodeLimit } from "./node-limit.ts";

describe("defaultNodeLimit", () => {
  it("is 125 million card-states together up to 96 cards, and ten million states at the most", () => {
    expect([0, 1, 12].map(defaultNodeLimit)).toEqual([10_000_000, 10_000_000, 10_000_000]);
    // 125,000,000 / 24, / 48 and / 96
    expect([24, 48, 96].map(defaultNodeLimit)).toEqual([5_208_334, 2_604_167, 1_302_084]);
  });

  it("is 32 million card-states beyond", () => {
    expect([97, 128, 256, 1_024].map(defaultNodeLimit)).toEqual([
      329_897, 250_000, 125_000, 31_250,
    ]);
  });

  it("is never less than 30,000", () => {
    expect([1_067, 4_096, 1_000_000].map(defaultNodeLimit)).toEqual([30_000, 30_000, 30_000]);
  });
});
