import { type Fields, shownSafely } from "./fields.ts";

/** Names under which multimodal configs keep their language model. */
const TEXT_PARTS = ["text_config", "llm_config", "language_config", "thinker_config"];

/** The fields of the language model: `text_config` of a multimodal config, else the config itself. */
export function textPart(whole: Fields): Fields {
  const key = TEXT_PARTS.find((name) => whole.has(name));
  const inner = key === undefined ? undefined : whole.object(key);
  return inner === undefined ? whole : textPart(inner);
}

/** Heads that are not a language model's. */
const OTHER_HEADS = /(?:Classification|QuestionAnswering|MaskedLM|RewardModel|(?<!LMHead)Model)$/;

const DRAFTS = /eagle|medusa/i;

/** Throws an InputError where the config is that of something else than a decoder of text. */
export function refuseOtherKinds(whole: Fields, config: Fields): void {
  for (const fields of new Set([whole, config])) {
    if (fields.flag("is_encoder_decoder", false)) {
      throw fields.bad(
        "is_encoder_decoder",
        "expected false: of encoders with a decoder only T5 and Whisper can be described yet",
      );
    }
  }
  const draft = whole.texts("architectures").find((name) => DRAFTS.test(name));
  if (draft !== undefined) {
    throw whole.bad(
      "architectures",
      `expected a model of its own, got ${shownSafely(draft)}, a draft that needs the model it was made for`,
    );
  }
  const head = whole.texts("architectures").find((name) => OTHER_HEADS.test(name));
  if (head !== undefined) {
    throw whole.bad(
      "architectures",
      `expected a causal language model such as LlamaForCausalLM, got ${shownSafely(head)}`,
    );
  }
}
