import { describe, expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import type { TermId } from "../memory/breakdown.ts";
import type { ModelSpec } from "../model/model.ts";
import { estimate } from "./estimate.ts";
import type { EstimateDocument, EstimateRequest } from "./estimate-document.ts";

function model(id: string): ModelSpec {
  const spec = importPreset(id);
  if (spec === undefined) {
    throw new Error(`no preset ${id}`);
  }
  return spec;
}

const LLAMA = "meta-llama/Llama-3.1-8B";
const DEEPSEEK = "deepseek-ai/DeepSeek-V3";

const ask = (id: string, request: EstimateRequest): EstimateDocument =>
  estimate({ gpu: "h200-sxm-141gb", maxSeqLen: 4096, ...request }, model(id));

const bytesOf = (document: EstimateDocument, id: TermId, rank = 0): number =>
  document.ranks[rank]?.terms.find((term) => term.id === id)?.bytes ?? 0;

const KV_HEADS = 8;
const HEAD_DIM = 128;
const LAYERS = 32;
const VOCAB = 128_256;
const HIDDEN = 4096;

describe("beamWidth", () => {
  const engine = { engine: "tensorrt-llm-engine", maxBatchSize: 64 };

  test.each([
    // 3.6 copies · 4 B · 64 sequences · 128256 words
    { beamWidth: 1, decoder: 3.6 * 4 * 64 * VOCAB },
    { beamWidth: 4, decoder: 3.6 * 4 * 64 * 4 * VOCAB },
  ])("the decoder holds logits of $beamWidth beams", ({ beamWidth, decoder }) => {
    expect(bytesOf(ask(LLAMA, { ...engine, beamWidth }), "decoder")).toBe(Math.round(decoder));
  });

  test("a sequence takes the blocks of all its beams", () => {
    const [one, four] = [ask(LLAMA, engine), ask(LLAMA, { ...engine, beamWidth: 4 })];
    // 4096 tokens · 2 · 8 · 128 · 32 layers · 2 B
    const sequence = 4096 * 2 * KV_HEADS * HEAD_DIM * LAYERS * 2;
    expect(one.ranks[0]?.kv.bytesPerSequence).toBe(sequence);
    expect(four.ranks[0]?.kv.bytesPerSequence).toBe(4 * sequence);
    expect(four.maxSequences).toBe(Math.floor(four.kvTokens / (4 * 4096)));
  });
});

describe("gpuWeightsPercent", () => {
  const engine = { engine: "tensorrt-llm-engine", quantization: "fp16" };
  // every parameter in 2 B; embedding and the 65 norms stay, 0.25 of the matrices with the head
  const stays = 2 * (VOCAB * HIDDEN + 65 * HIDDEN);
  const all = 2 * 8_030_261_248;

  test.each([
    { gpuWeightsPercent: 1, weights: all },
    { gpuWeightsPercent: 0.25, weights: stays + 0.25 * (all - stays) },
    { gpuWeightsPercent: 0, weights: stays },
  ])("$gpuWeightsPercent of the matrices stays", ({ gpuWeightsPercent, weights }) => {
    expect(bytesOf(ask(LLAMA, { ...engine, gpuWeightsPercent }), "weights")).toBe(weights);
  });

  test("what a plugin dequantises does not stream, the 16-bit head does", () => {
    const awq = { engine: "tensorrt-llm-engine", quantization: "int4-awq" };
    const [whole, streamed] = [ask(LLAMA, awq), ask(LLAMA, { ...awq, gpuWeightsPercent: 0 })];
    expect(bytesOf(whole, "weights") - bytesOf(streamed, "weights")).toBe(2 * VOCAB * HIDDEN);
  });
});

describe("throughHost", () => {
  const request = { engine: "vllm", gpu: "a100-pcie-80gb", tp: 2, maxSeqLen: 8192 };

  test("NCCL goes through the host, whatever the cards could do", () => {
    const [peers, host] = [ask(LLAMA, request), ask(LLAMA, { ...request, throughHost: true })];
    const nccl = ({ ranks }: typeof peers): number =>
      ranks[0]?.terms.find(({ id }) => id === "communication")?.bytes ?? 0;
    expect(nccl(host)).toBeLessThan(nccl(peers) / 2);
    expect(host.options).toEqual({ throughHost: true });
    expect(ask(LLAMA, { ...request, throughHost: false })).toEqual(peers);
  });
});

describe("attentionDp", () => {
  test("every rank has all KV heads, all weights but the experts, and a cache of its own", () => {
    const dense = { tp: 4, maxNumTokens: 8192 };
    const [split, whole] = [ask(LLAMA, dense), ask(LLAMA, { ...dense, attentionDp: true })];
    expect(split.ranks[0]?.kv.bytesPerToken).toBe((2 * KV_HEADS * HEAD_DIM * LAYERS * 2) / 4);
    expect(whole.ranks[0]?.kv.bytesPerToken).toBe(2 * KV_HEADS * HEAD_DIM * LAYERS * 2);
    expect(bytesOf(whole, "weights")).toBe(bytesOf(ask(LLAMA, {}), "weights"));
    expect(whole.kvTokens).toBe(4 * (whole.ranks[0]?.kv.tokens ?? 0));
    expect(whole.maxSequences).toBe(4 * Math.floor((whole.ranks[0]?.kv.tokens ?? 0) / 4096));
  });

  test("experts are divided as without it", () => {
    const request = { tp: 8, ep: 8, quantization: "bf16" };
    const { byRole } = ask(DEEPSEEK, request).model.parameters;
    const whole = ask(DEEPSEEK, { ...request, attentionDp: true });
    const rest = 2 * (ask(DEEPSEEK, request).model.parameters.total - byRole.expert);
    const expected = rest + (2 * byRole.expert) / 8;
    expect(Math.abs(bytesOf(whole, "weights") / expected - 1)).toBeLessThan(0.001);
  });
});

test("a draft layer is on the last stage, with its weights and its cache", () => {
  const request = { tp: 8, pp: 2, quantization: "bf16" };
  const [without, with1] = [ask(DEEPSEEK, request), ask(DEEPSEEK, { ...request, draftLayers: 1 })];
  expect(with1.ranks[0]?.terms).toEqual(without.ranks[0]?.terms);
  // one latent of 512 + 64 in BF16 more
  const perToken = (document: EstimateDocument): number => document.ranks[8]?.kv.bytesPerToken ?? 0;
  expect(perToken(with1) - perToken(without)).toBe((512 + 64) * 2);
  // 256 experts of 3 · 7168 · 2048 over 8 ranks in 2 B are 2.82 GB; attention and eh_proj make the rest
  const more = bytesOf(with1, "weights", 8) - bytesOf(without, "weights", 8);
  expect(more).toBeGreaterThan((2 * 256 * 3 * 7168 * 2048) / 8);
  expect(more).toBeLessThan(1.15 * ((2 * 256 * 3 * 7168 * 2048) / 8));
  expect(with1.model).toEqual(without.model);
});

describe("what an engine or a model does not have", () => {
  test.each([
    [{ engine: "vllm", beamWidth: 4 }, /beamWidth: expected 1 for vllm, which has no beams/],
    [{ gpuWeightsPercent: 0.5 }, /gpuWeightsPercent: expected 1 for tensorrt-llm, which has no w/],
    [{ engine: "sglang", attentionDp: true }, /attentionDp: expected false for sglang/],
    [{ engine: "llama.cpp", draftLayers: 1 }, /draftLayers: expected 0 for llama.cpp/],
    [{ draftLayers: 1 }, /draftLayers: expected 0 for a model without draft layers, got 1/],
    [{ throughHost: 1 as never }, /throughHost: expected true or false, got 1/],
    [{ engine: "tensorrt-llm-engine", gpuWeightsPercent: 2 }, /expected a number from 0 to 1, got/],
  ])("%o", (request, says) => {
    expect(() => ask(LLAMA, request)).toThrow(says);
  });

  test("what changes nothing is taken from all", () => {
    const nothing = { beamWidth: 1, gpuWeightsPercent: 1, attentionDp: false, draftLayers: 0 };
    expect(ask(LLAMA, { engine: "vllm", ...nothing })).toEqual(ask(LLAMA, { engine: "vllm" }));
  });
});
