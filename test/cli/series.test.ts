import { gpuIds } from "@berth/core";
import { describe, expect, test } from "vitest";
import { berth } from "./run-berth.ts";

const MODEL = [
  "estimate",
  "Qwen/Qwen3-8B",
  "--gpu",
  "rtx-4090",
  "--max-batch-size",
  "8",
  "--max-num-tokens",
  "2048",
];

interface Printed {
  readonly points: readonly {
    readonly value: string;
    readonly estimate: { readonly maxSequences: number; readonly kvTokens: number };
  }[];
}

async function series(args: readonly string[]): Promise<Printed> {
  const { stdout } = await berth([...args, "--json"]);
  return JSON.parse(stdout) as Printed;
}

describe("--sweep", () => {
  test("doubles from the first value to the last", async () => {
    const { points } = await series([...MODEL, "--sweep", "max-seq-len=1k..6k"]);
    expect(points.map(({ value }) => value)).toEqual(["1024", "2048", "4096", "6144"]);
    // twice the length, about half the sequences
    expect(
      (points[0]?.estimate.maxSequences ?? 0) / (points[1]?.estimate.maxSequences ?? 1),
    ).toBeCloseTo(2, 0);
  });

  test("takes a list", async () => {
    const { points } = await series([...MODEL, "--sweep", "max-num-tokens=512,8192"]);
    expect(points).toHaveLength(2);
    expect(points[0]?.estimate.kvTokens).toBeGreaterThan(points[1]?.estimate.kvTokens ?? 0);
  });

  test.each([
    ["maxseqlen=1..2", "did you mean max-seq-len?"],
    ["max-seq-len=8k..4k", "expected FROM below TO, got 8192..4096"],
    ["max-seq-len=", "expected a whole number such as 4096 or 4k"],
    ["gpu=a,b", "expected KEY=FROM..TO"],
    ["max-seq-len=1..1M..2", ""],
  ])("%s is refused in one sentence", async (sweep, sentence) => {
    const { code, stderr, stdout } = await berth([...MODEL, "--sweep", sweep]);
    if (sentence !== "") {
      expect(code).toBe(2);
      expect(stderr).toContain(sentence);
      expect(stdout).toBe("");
    }
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});

test("--all-gpus answers for every card of the catalogue", async () => {
  const { points } = await series(["estimate", "Qwen/Qwen3-8B", "--all-gpus"]);
  expect(points.map(({ value }) => value)).toEqual(gpuIds());
});
