import { type PromptLoad, promptParts, promptStepSeconds } from "../../capacity/prefill.ts";
import type { CardSpeed, SpeedSetting, StageSpeed } from "../../capacity/speed-setting.ts";
import type { Derived } from "../explained-number.ts";
import type { StageLoad } from "./decode-laws.ts";

/**
 * The parts of reading a prompt on one card, their sum, and what any prompt costs a step on the card that takes longest
 * for that. Not under attention data-parallelism.
 */
export function prefillLaws(
  setting: SpeedSetting,
  one: StageLoad<PromptLoad>,
  starting: CardSpeed,
): readonly Derived[] {
  const { dense, attention, experts, exchange } = promptParts(setting, one.stage, one);
  const parts = { dense, attention, expert: experts, exchange };
  const shown = Object.fromEntries(Object.entries(parts).filter(([, value]) => value > 0));
  return [
    denseLaw(one, dense),
    ...(attention > 0 ? [attentionLaw(one, attention)] : []),
    ...(experts > 0 ? [expertLaw(one, experts)] : []),
    ...(setting.tp > 1 ? [exchangeLaw(setting, one, exchange)] : []),
    {
      id: "prefill-stage",
      value: Object.values(parts).reduce((sum, value) => sum + value, 0),
      unit: "s",
      law: Object.keys(shown).join(" + "),
      values: shown,
    },
    promptStepLaw(one.stage, starting),
  ];
}

function denseLaw({ stage: { work }, card, load }: StageLoad<PromptLoad>, value: number): Derived {
  return {
    id: "prefill-dense",
    value,
    unit: "s",
    law: "prompt_tokens * dense_flops / (peak * dense_multiply) + prompts * head_flops / plain_peak",
    values: {
      prompt_tokens: load.tokens,
      dense_flops: work.denseFlops,
      peak: card.flopsPerSecond,
      dense_multiply: card.constants.denseCompute,
      prompts: load.prompts,
      head_flops: work.headFlops,
      plain_peak: card.plainFlopsPerSecond,
    },
  };
}

function attentionLaw({ stage, card, load }: StageLoad<PromptLoad>, value: number): Derived {
  const { pairFlops } = stage.work;
  const windows = pairFlops.filter(({ window }) => Number.isFinite(window));
  const whole = pairFlops.filter(({ window }) => !Number.isFinite(window));
  const flops = [
    ...(whole.length > 0 ? ["pairs * pair_flops"] : []),
    ...windows.map(
      (_, i) => `min(pairs, window_${i + 1} * prompt_tokens) * window_pair_flops_${i + 1}`,
    ),
  ];
  return {
    id: "prefill-attention",
    value,
    unit: "s",
    law: `(${flops.join(" + ")}) / (plain_peak * attention_multiply)`,
    values: {
      pairs: load.pairs,
      ...(whole.length > 0
        ? { pair_flops: whole.reduce((sum, { flops: own }) => sum + own, 0) }
        : {}),
      ...(windows.length > 0 ? { prompt_tokens: load.tokens } : {}),
      ...Object.fromEntries(
        windows.flatMap(({ window, flops: own }, i) => [
          [`window_${i + 1}`, window],
          [`window_pair_flops_${i + 1}`, own],
        ]),
      ),
      plain_peak: card.plainFlopsPerSecond,
      attention_multiply: card.constants.attentionCompute,
    },
  };
}

function expertLaw({ stage: { work }, card, load }: StageLoad<PromptLoad>, value: number): Derived {
  return {
    id: "prefill-experts",
    value,
    unit: "s",
    law: "prompt_tokens * expert_flops / (peak * expert_multiply)",
    values: {
      prompt_tokens: load.tokens,
      expert_flops: work.expertFlops,
      peak: card.flopsPerSecond,
      expert_multiply: card.constants.expertCompute,
    },
  };
}

/** Only their bytes: the exchanges themselves are those of the step. */
function exchangeLaw(
  { tp }: SpeedSetting,
  { stage: { work, link }, load }: StageLoad<PromptLoad>,
  value: number,
): Derived {
  return {
    id: "prefill-exchange",
    value,
    unit: "s",
    law: "collectives * 2 * (tp - 1) / tp * prompt_tokens * hidden_bytes / link_bandwidth",
    values: {
      collectives: work.collectives,
      tp,
      prompt_tokens: load.tokens,
      hidden_bytes: work.hiddenBytes,
      link_bandwidth: link.bytesPerSecond,
    },
  };
}

function promptStepLaw(stage: StageSpeed, card: CardSpeed): Derived {
  const { work } = stage;
  const { constants } = card;
  return {
    id: "prefill-step",
    value: promptStepSeconds({ ...stage, cards: [card] }),
    unit: "s",
    law: "layers * prompt_layer_seconds + expert_layers * prompt_expert_layer_seconds + latent_layers * prompt_latent_layer_seconds",
    values: {
      layers: work.layers,
      prompt_layer_seconds: constants.promptLayerSeconds,
      expert_layers: work.expertLayers,
      prompt_expert_layer_seconds: constants.promptExpertLayerSeconds,
      latent_layers: work.latentLayers,
      prompt_latent_layer_seconds: constants.promptLatentLayerSeconds,
    },
  };
}
