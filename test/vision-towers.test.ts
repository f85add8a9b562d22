import { readFileSync } from "node:fs";
import { engineById } from "@berth/core";
import { describe, expect, test } from "vitest";
import { factsFor } from "../packages/core/src/engine/facts.ts";
import { empiricalTerm } from "../packages/core/src/memory/term.ts";
import { profileFacts, visionProfileTerm } from "../packages/core/src/memory/vision-profile.ts";

// What transformers' towers took on an H200, beside vLLM's law for a tower (test/measured/README.md).

interface Row {
  readonly kind: string;
  readonly name: string;
  readonly patches: number;
  readonly patch_inputs: number;
  readonly hidden: number;
  readonly intermediate: number;
  readonly out_shapes: readonly (readonly number[])[];
  readonly rotary: string | null;
  readonly peak_bytes: number;
  readonly pixel_bytes: number;
}

const FILE = new URL("measured/h200-vision-towers-2026-11-23.jsonl", import.meta.url);
const rows = readFileSync(FILE, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row)
  .filter(({ kind, rotary }) => kind === "tower" && rotary === "16 bits");

const vllm = engineById("vllm");

/** The law for the same patches in one pass, with features of one token: value, low and high. */
function lawOf(row: Row, feedForward: number): { value: number; low: number; high: number } {
  if (vllm === undefined) {
    throw new Error("no vllm in the catalogue");
  }
  const where = { version: "0.20.0", computeCapability: "9.0", quantization: "bf16" } as const;
  const facts = profileFacts(factsFor(vllm, where));
  if (facts === undefined) {
    throw new Error("no law for a tower");
  }
  const { patches, patch_inputs: patchInputs, hidden } = row;
  const image = { tokens: 1, patches, patchInputs, hidden, feedForward, features: 1 };
  const activations = empiricalTerm({
    id: "activations",
    of: () => 0,
    law: "0",
    values: {},
    facts: [facts.tower],
  });
  const load = { image, hidden: 1, maxNumTokens: 1, tp: 1, activations };
  const { bytes, low, high } = visionProfileTerm(facts, load);
  return { value: bytes, low, high };
}

function rowOf(name: string): Row {
  const row = rows.find((each) => each.name === name);
  if (row === undefined) {
    throw new Error(`no row of ${name}`);
  }
  return row;
}

const took = ({ peak_bytes, pixel_bytes }: Row): number => peak_bytes + pixel_bytes;

describe("towers of which vLLM printed what they take: transformers takes more", () => {
  // vLLM 0.18 and 0.20: 1.43 and 1.51 GiB (vllm-vision-profiles.jsonl); the latter keeps features of middle layers
  test.each([
    ["qwen3.5-4b", 1.43, 1.29],
    ["qwen3-vl-8b", 1.51, 1.56],
  ])("%s: %d GiB, times %d", (name, printedGib, times) => {
    expect(took(rowOf(name)) / 2 ** 30 / printedGib).toBeCloseTo(times, 2);
  });
});

describe("towers of which vLLM printed nothing: transformers is between the law's value and its upper bound", () => {
  test.each([
    ["glm-4.1v-9b", 3 * 4096, 1.16],
    ["glm-4.5v", 3 * 4096, 1.16],
    ["glm-4.6v video", 3 * 4096, 1.15],
    ["kimi-k2.5", 2 * 4304, 1.13],
  ])("%s: times %d", (name, feedForward, times) => {
    const { value, high } = lawOf(rowOf(name), feedForward);
    const taken = took(rowOf(name));
    expect(taken).toBeGreaterThan(value);
    expect(taken).toBeLessThan(high);
    expect(taken / value).toBeCloseTo(times, 1);
  });
});
