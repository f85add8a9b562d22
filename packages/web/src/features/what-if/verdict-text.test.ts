import { GIB } from "@berth/core";
import type { LoadSubject, LoadVerdict } from "@berth/core/changes";
import { expect, test } from "vitest";
import { verdictText } from "./verdict-text.ts";

const SUBJECT: LoadSubject = {
  model: "chat",
  replicas: 1,
  engine: "tensorrt-llm",
  maxContext: 4096,
  mostSequences: 8,
  knob: "freeGpuMemFraction",
  planned: { maxSeqLen: 2048, sequences: 2 },
};

const VERDICT: LoadVerdict = {
  maxSeqLen: 2048,
  sequences: 4,
  fits: true,
  limit: undefined,
  tightest: { gpu: "box:0", leftBytes: 1.5 * GIB },
  kvTokens: 8192,
  kvBytes: GIB,
  fraction: 0.25,
};

const said = (verdict: Partial<LoadVerdict>, more = { longest: 4096, most: 9 }) =>
  verdictText(SUBJECT, { verdict: { ...VERDICT, ...verdict }, ...more });

const SHORT = {
  fits: false,
  limit: "memory",
  tightest: { gpu: "box:1", leftBytes: -GIB },
} as const;

test.each([
  {
    why: "fits",
    got: said({}),
    expected: [
      "It fits: 1.50 GiB stay free on box:0, the fullest card.",
      "Up to 9 sequences of this length fit, or as many of up to 4,096 tokens.",
      "Its engine is told free_gpu_memory_fraction 0.2500.",
    ],
  },
  {
    why: "short",
    got: said(SHORT),
    expected: [
      "It does not fit here: box:1 is 1.00 GiB short.",
      "What fits: 9 sequences of this length, or as many of up to 4,096 tokens.",
    ],
  },
  {
    why: "nothing fits",
    got: said(SHORT, { longest: 0, most: 0 }),
    expected: [
      "It does not fit here: box:1 is 1.00 GiB short.",
      "Not even one sequence of this length fits, nor as many of any length.",
    ],
  },
  {
    why: "too many",
    got: said({ fits: false, limit: "batch-size" }),
    expected: [
      "It does not fit: the fleet file lets one replica run 8 sequences at most (maxBatchSize).",
    ],
  },
  {
    why: "too long",
    got: said({ fits: false, limit: "context", tightest: undefined }),
    expected: ["It does not fit: chat reads 4,096 tokens at most."],
  },
])("$why", ({ got, expected }) => {
  expect(got).toEqual(expected);
});
