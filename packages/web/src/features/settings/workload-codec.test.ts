import { parseFleetFile } from "@berth/core";
import { describe, expect, test } from "vitest";
import { amount, duration, lengths, percentile, prefix } from "./workload-codec.ts";

describe("what is typed of a workload", () => {
  test.each([
    [amount, "2.5", 2.5],
    [amount, "0", 0],
    [amount, "users * 0.2 / 60", "users * 0.2 / 60"],
    [lengths, "600", 600],
    [lengths, "8k", "8k"],
    [lengths, "2 * users", "2 * users"],
    [lengths, "600..3k", { median: 600, p95: "3k" }],
    [lengths, "600..3000 most 8k", { median: 600, p95: 3000, most: "8k" }],
    [lengths, "users..4 * users", { median: "users", p95: "4 * users" }],
    [lengths, "600 sigma 0.8", { median: 600, sigma: 0.8 }],
    [lengths, "600 sigma 0.8 most 4096", { median: 600, sigma: 0.8, most: 4096 }],
    [
      lengths,
      "50% 300, 99.9% 3k",
      {
        quantiles: [
          { share: 0.5, tokens: 300 },
          { share: 0.999, tokens: "3k" },
        ],
      },
    ],
    [
      lengths,
      "1-512: 3, 512-2048: 0.5",
      {
        histogram: [
          { from: 1, to: 512, weight: 3 },
          { from: 512, to: 2048, weight: 0.5 },
        ],
      },
    ],
    [prefix, "200", { tokens: 200 }],
    [prefix, "200 of 80 %", { tokens: 200, share: 0.8 }],
    [prefix, "2k of users / 100", { tokens: "2k", share: "users / 100" }],
    [percentile, "99.9", 99.9],
    [duration, "500 ms", "500 ms"],
    [duration, "0.5", 0.5],
    [duration, "1.5 minutes", "1.5 minutes"],
    [duration, "slo * 500 ms", "slo * 500 ms"],
    [amount, "12 requests / minute", "12 requests / minute"],
    [lengths, "2 * 100 tokens", "2 * 100 tokens"],
  ])("%#: %s", (codec, typed, value) => {
    expect(codec.problem(typed)).toBeUndefined();
    expect(codec.read(typed)).toEqual(value);
    expect(codec.read(codec.show(value))).toEqual(value);
  });

  test.each([
    [amount, "-1"],
    [amount, 'import("x")'],
    [amount, "1".repeat(201)],
    [lengths, "..3k"],
    [lengths, "600.."],
    [lengths, "600 sigma"],
    [lengths, "50% 300"],
    [lengths, "50% 300, 150% 400"],
    [lengths, "512-1: 3"],
    [lengths, "600; 700"],
    [prefix, "200 of 120 %"],
    [prefix, "of 20 %"],
    [percentile, "100"],
    [percentile, "0"],
    [percentile, "p95"],
    [duration, "0 ms"],
    [duration, "5 minutes!"],
  ])("%#: %s is refused in words", (codec, typed) => {
    expect(codec.problem(typed)).toMatch(/^Expected .*\.$/);
  });

  test("the fleet file takes what comes of it", () => {
    const workload = {
      rate: amount.read("users * 2"),
      prompt: lengths.read("50% 300, 100% 3k"),
      output: lengths.read("1-2k: 3"),
      sharedPrefix: prefix.read("200 of 80 %"),
      targets: [{ metric: "ttft", percentile: percentile.read("99"), most: duration.read("2 s") }],
    };
    const fleet = { models: [{ name: "a", model: "m", workload }] };
    expect(parseFleetFile("f.json", JSON.stringify(fleet)).models[0]?.workload).toEqual(workload);
  });
});
