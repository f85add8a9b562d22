import { type Fields, shownSafely } from "./fields.ts";

/** The fields of the language model: `text_config` of a multimodal config, else the config itself. */
export function textPart(whole: Fields): Fields {
  return whole.object("text_config") ?? whole;
}

/** Keys of parts that are not described yet; counting without them would promise too much memory. */
const OTHER_PARTS: readonly (readonly [key: string, part: string])[] = [
  ["vision_config", "a vision tower"],
  ["visual", "a vision tower"],
  ["mm_vision_tower", "a vision tower"],
  ["audio_config", "an audio tower"],
  ["encoder", "an encoder"],
  ["block_configs", "layers of unequal shape"],
  ["hybrid_override_pattern", "state-space layers"],
  ["layers_block_type", "state-space layers"],
  ["linear_num_key_heads", "linear attention layers"],
  ["attention_chunk_size", "chunked attention"],
  ["cross_attention_layers", "cross attention"],
  ["index_topk", "a sparse attention indexer"],
];

/** Heads that are not a language model's. */
const OTHER_HEADS = /(?:Classification|QuestionAnswering|MaskedLM|RewardModel|(?<!LMHead)Model)$/;

/** Throws an InputError where the config is that of something else than a decoder of text. */
export function refuseOtherKinds(whole: Fields, config: Fields): void {
  for (const fields of new Set([whole, config])) {
    const part = OTHER_PARTS.find(([key]) => fields.has(key));
    if (part !== undefined) {
      throw fields.bad(part[0], `the model has ${part[1]}, which can't be described yet`);
    }
    if (fields.flag("is_encoder_decoder", false)) {
      throw fields.bad("is_encoder_decoder", "expected false: encoders can't be described yet");
    }
  }
  const head = whole.texts("architectures").find((name) => OTHER_HEADS.test(name));
  if (head !== undefined) {
    throw whole.bad(
      "architectures",
      `expected a causal language model such as LlamaForCausalLM, got ${shownSafely(head)}`,
    );
  }
}
