import { distinctExperts, exchangeSeconds, kvBytes } from "./roofline.ts";
import type { CardSpeed, LinkSpeed, SpeedSetting, StageSpeed } from "./speed-setting.ts";

/** Sequences that get one more token each, and how long they are on average. */
export interface DecodeLoad {
  readonly sequences: number;
  readonly context: number;
}

/** Seconds that one stage takes for one more token of every sequence: its slowest card. */
export function decodeSeconds(setting: SpeedSetting, stage: StageSpeed, load: DecodeLoad): number {
  return stage.cards.reduce((most, card) => {
    const { fixed, dense, experts, kv, exchange, sequences } = decodeParts(setting, stage, {
      card,
      load,
    });
    return Math.max(most, fixed + dense + experts + kv + exchange + sequences);
  }, 0);
}

/** Seconds that the parts of a step take on one card. */
export interface DecodeParts {
  /** Of the step and its layers, however little they compute. */
  readonly fixed: number;
  readonly dense: number;
  readonly experts: number;
  readonly kv: number;
  /** Between the ranks of a group. */
  readonly exchange: number;
  readonly sequences: number;
}

/**
 * Fixed costs of step, layers and sequences; then dense weights, experts and KV cache, each read at its share of
 * the bandwidth or multiplied at its share of the peak, whichever takes longer; then exchanges.
 */
export function decodeParts(
  setting: SpeedSetting,
  stage: StageSpeed,
  { card, load }: { readonly card: CardSpeed; readonly load: DecodeLoad },
): DecodeParts {
  const { work } = stage;
  const { constants } = card;
  const { verified } = setting.speculation;
  const tokens = load.sequences * verified;
  const own = setting.attentionDp ? 1 / setting.tp : 1;
  const dense = Math.max(
    work.denseBytes / (card.bytesPerSecond * constants.denseBandwidth),
    (tokens * own * work.denseFlops) / (card.flopsPerSecond * constants.denseCompute),
  );
  const experts = Math.max(
    (work.expertBytes * distinctExperts(work, tokens * constants.routingSpread)) /
      (card.bytesPerSecond * constants.expertBandwidth),
    (tokens * work.expertFlops) / (card.flopsPerSecond * constants.expertCompute),
  );
  const kv =
    (load.sequences * own * kvBytes(work, load.context)) /
    (card.bytesPerSecond * constants.kvBandwidth);
  return {
    fixed: fixedSeconds(card, stage),
    dense,
    experts,
    kv,
    exchange: exchangeSeconds(setting, stage, tokens * own),
    sequences: tokens * constants.sequenceSeconds,
  };
}

function fixedSeconds({ constants }: CardSpeed, { work }: StageSpeed): number {
  return (
    constants.stepSeconds +
    work.layers * constants.layerSeconds +
    work.normedLayers * constants.normedLayerSeconds +
    work.expertLayers * constants.expertLayerSeconds +
    work.latentLayers * constants.latentLayerSeconds
  );
}

/** Seconds to hand hidden states of so many tokens to the next stage. */
export function hopSeconds(
  hop: LinkSpeed | undefined,
  hiddenBytes: number,
  tokens: number,
): number {
  return hop === undefined ? 0 : hop.seconds + (tokens * hiddenBytes) / hop.bytesPerSecond;
}
