import { describe, expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { estimate } from "../documents/estimate.ts";
import type { EstimateRequest } from "../documents/estimate-document.ts";
import { importHfConfig } from "../importers/hf-config.ts";
import type { ModelSpec } from "../model/model.ts";

function visionOf(model: ModelSpec, request: EstimateRequest): Readonly<Record<string, number>> {
  const [rank] = estimate({ engine: "vllm", gpu: "h200-sxm-141gb", ...request }, model).ranks;
  return rank?.terms.find(({ id }) => id === "vision")?.values ?? {};
}

const GLM = importHfConfig({
  id: "glm",
  file: "config.json",
  config: {
    model_type: "glm4v",
    text_config: {
      model_type: "glm4v_text",
      hidden_size: 4096,
      num_hidden_layers: 40,
      num_attention_heads: 32,
      num_key_value_heads: 2,
      intermediate_size: 13_696,
      vocab_size: 151_552,
      max_position_embeddings: 65_536,
    },
    vision_config: { model_type: "glm4v_vision", out_hidden_size: 4096 },
  },
});

describe("what vLLM looks at of GLM-4.xV", () => {
  // an image of 3750 tokens; a video has what 6144 leave of the prompt, in pairs of 3750, at most 30000
  test.each([
    [8192, {}, 3750, 2],
    [16_384, {}, 7500, 1],
    [65_536, {}, 30_000, 1],
    [65_536, { imagesPerPrompt: 1 }, 3750, 2],
  ])("prompts of %d, %j", (maxSeqLen, more, tokens, images) => {
    const values = visionOf(GLM, { maxSeqLen, maxNumTokens: 8192, maxBatchSize: 64, ...more });
    expect(values).toMatchObject({ image_tokens: tokens, patches: 4 * tokens, images });
  });
});

test("an encoder-decoder's tower runs for every sequence: Llama 3.2 Vision in V0", () => {
  const model = importPreset("meta-llama/Llama-3.2-11B-Vision-Instruct") as ModelSpec;
  const values = visionOf(model, { engineVersion: "0.6.6", maxBatchSize: 16, maxSeqLen: 4096 });
  // four tiles of 1601 places, filled up to 1608; 3 · 560² colours a tile
  expect(values).toMatchObject({ batch: 16, patches: 4 * 1608, vision_hidden: 1280 });
  expect(values["patch_inputs"]).toBeCloseTo((3 * 560 ** 2) / 1608, 6);
  expect(visionOf(model, { engineVersion: "0.12.0", maxSeqLen: 4096 })).toEqual({});
});
