import { attentionFlops, exchangeSeconds } from "./roofline.ts";
import type { CardSpeed, SpeedSetting, StageSpeed } from "./speed-setting.ts";

/** Tokens of prompts that a step reads, the pairs that attention makes of them, and how many prompts these are. */
export interface PromptLoad {
  readonly tokens: number;
  readonly pairs: number;
  readonly prompts: number;
}

/** Seconds that a stage takes longer for prompts that it reads in a step, apart from `promptStepSeconds`. */
export function promptSeconds(setting: SpeedSetting, stage: StageSpeed, load: PromptLoad): number {
  return stage.cards.reduce((most, card) => {
    const { dense, attention, experts, exchange } = promptParts(setting, stage, { card, load });
    return Math.max(most, dense + attention + exchange + experts);
  }, 0);
}

/** Seconds that the parts of reading prompts take on one card. */
export interface PromptParts {
  readonly dense: number;
  readonly attention: number;
  readonly experts: number;
  readonly exchange: number;
}

/** Matrices, attention and exchanges of the prompts' tokens; under attention data-parallelism shared out over the ranks. */
export function promptParts(
  setting: SpeedSetting,
  stage: StageSpeed,
  { card, load }: { readonly card: CardSpeed; readonly load: PromptLoad },
): PromptParts {
  const { work } = stage;
  const { constants } = card;
  const own = setting.attentionDp ? 1 / setting.tp : 1;
  const dense =
    (load.tokens * work.denseFlops) / (card.flopsPerSecond * constants.denseCompute) +
    (load.prompts * work.headFlops) / card.plainFlopsPerSecond;
  const attention =
    attentionFlops(work, load.tokens, load.pairs) /
    (card.plainFlopsPerSecond * constants.attentionCompute);
  const experts =
    (load.tokens * work.expertFlops) / (card.flopsPerSecond * constants.expertCompute);
  return {
    dense: own * dense,
    attention: own * attention,
    experts,
    exchange: own * exchangeBytesSeconds(setting, stage, load.tokens),
  };
}

/** What prompts add to the exchanges that a step makes anyhow. */
function exchangeBytesSeconds(setting: SpeedSetting, stage: StageSpeed, tokens: number): number {
  return exchangeSeconds(setting, stage, tokens) - exchangeSeconds(setting, stage, 0);
}

/** What a step that reads prompts takes longer however short they are: it runs without a captured graph. */
export function promptStepSeconds({ work, cards }: StageSpeed): number {
  return cards.reduce(
    (most, { constants }) =>
      Math.max(
        most,
        work.layers * constants.promptLayerSeconds +
          work.expertLayers * constants.promptExpertLayerSeconds +
          work.latentLayers * constants.promptLatentLayerSeconds,
      ),
    0,
  );
}
