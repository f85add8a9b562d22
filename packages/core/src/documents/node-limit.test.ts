import { describe, expect, it } from "vitest";
import { defaultNodeLimit } from "./node-limit.ts";

describe("defaultNodeLimit", () => {
  it("is a million up to 128 cards, and so many card-states together beyond", () => {
    expect([0, 1, 128].map(defaultNodeLimit)).toEqual([1_000_000, 1_000_000, 1_000_000]);
    expect([129, 256, 1_024].map(defaultNodeLimit)).toEqual([248_063, 125_000, 31_250]);
  });

  it("is never less than 30,000", () => {
    expect([1_067, 4_096, 1_000_000].map(defaultNodeLimit)).toEqual([30_000, 30_000, 30_000]);
  });
});
