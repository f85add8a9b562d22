import { describe, expect, test } from "vitest";
import type { ModelSpec } from "../model/model.ts";
import { tokens } from "../units/units.ts";
import { blocksOfSequence, pagedLayout, pagedTokens } from "./kv-pages.ts";

const GIB = 2 ** 30;

/** Three delta-net layers for each of full attention, as in Qwen 3.5: FP32 state, convolutions over 4 tokens. */
function hybrid(full: number, kvHeads: number): ModelSpec {
  const attention = {
    kind: "full",
    heads: 16,
    kvHeads,
    headDim: 256,
    qkvBias: false,
    outBias: false,
    qkNorm: "head",
  };
  const mixer = {
    kind: "recurrent",
    form: "delta-net",
    keyHeads: 16,
    keyHeadDim: 128,
    valueHeads: 32,
    valueHeadDim: 128,
    convWidth: 4,
    projections: "four",
    stateElementBytes: 4,
  };
  return {
    layers: [
      { count: 3 * full, layer: { attention: mixer } },
      { count: full, layer: { attention } },
    ],
    parts: [],
  } as unknown as ModelSpec;
}

const at = (tp: number) => ({
  parallelism: { tp, pp: 1, ep: 1 },
  stage: 0,
  tokensPerBlock: 16,
});

describe("vLLM's pages, as its logs print them", () => {
  // state a layer and rank: 16 heads · 128 · 128 · 4 B + 4096 channels · 3 · 2 B = 1,073,152 B;
  // attention: 2 heads · 512 · 2 B = 2048 B a token, so 524 tokens, in whole blocks of 16: 528
  test("Qwen3.5-9B, two ranks, 0.20: 15.06 GiB are 246,576 tokens (vllm-020)", () => {
    const layout = pagedLayout(hybrid(8, 4), "bf16", at(2));
    expect(layout).toMatchObject({ blockBytes: 8 * 528 * 2048 });
    const asked = { maxSeqLen: 4096, maxNumTokens: 2048, statePages: 2, printsByGroup: true };
    // 1869 blocks over 1 + 3 groups, 467 · 528
    expect(layout && pagedTokens(layout, 15.06 * GIB, asked)).toBe(246_576);
  });

  // FP8: 1 head · 512 B a token, 1,073,152 / 512 = 2096 tokens a page, 10 layers a block
  test("Qwen3.6-35B-A3B, two ranks, FP8, 0.22: 16.58 GiB are 3,292,687 tokens (vllm-043)", () => {
    const layout = pagedLayout(hybrid(10, 2), "fp8", at(2));
    const asked = { maxSeqLen: 262_144, maxNumTokens: 2048, statePages: 2, printsByGroup: false };
    // 126 pages of tokens and 3 · 2 of state
    expect(layout && blocksOfSequence(layout, asked)).toBe(132);
    const printed = layout === undefined ? 0 : pagedTokens(layout, 16.58 * GIB, asked);
    // 16.58 is rounded: 0.005 of it are 0.03 %
    expect(Math.abs(printed / 3_292_687 - 1)).toBeLessThan(0.0005);
  });

  test("one rank: 2 heads and 2,146,304 B of state, again 2096 tokens a page (vllm-041, vllm-022)", () => {
    const layout = pagedLayout(hybrid(10, 2), "fp8", at(1));
    const printed =
      layout === undefined
        ? 0
        : pagedTokens(layout, 5.98 * GIB, {
            maxSeqLen: 131_072,
            maxNumTokens: 8192,
            statePages: 2,
            printsByGroup: false,
          });
    expect(Math.abs(printed / 567_978 - 1)).toBeLessThan(0.001);
    // vllm-022: 304 blocks // 4 groups · 2096
    expect(
      layout &&
        pagedTokens(layout, 304 * layout.blockBytes, {
          maxSeqLen: 65_536,
          maxNumTokens: 8192,
          statePages: 2,
          printsByGroup: true,
        }),
    ).toBe(159_296);
  });

  test("full attention alone has no pages of several kinds", () => {
    const model = {
      layers: hybrid(8, 4).layers.slice(1),
      parts: [],
    } as unknown as ModelSpec;
    expect(pagedLayout(model, "bf16", at(1))).toBeUndefined();
  });

  test("a window holds itself and one step, never more than the sequence", () => {
    const [, group] = hybrid(12, 8).layers;
    const sliding = { ...group?.layer.attention, kind: "sliding", window: tokens(128) };
    const model = {
      layers: [group, { count: 12, layer: { attention: sliding } }],
      parts: [],
    } as unknown as ModelSpec;
    const layout = pagedLayout(model, "bf16", at(1));
    const asked = { maxNumTokens: 1024, statePages: 2 };
    // 8192 / 16 = 512 pages; (127 + 1024) / 16 = 72, and one for where it starts
    expect(layout && blocksOfSequence(layout, { ...asked, maxSeqLen: 8192 })).toBe(1024 / 2 + 73);
    expect(layout && blocksOfSequence(layout, { ...asked, maxSeqLen: 512 })).toBe(32 + 32);
  });
});
