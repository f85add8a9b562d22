import { type DecodeLoad, type DecodeParts, decodeParts } from "../../capacity/decode.ts";
import type { CardSpeed, SpeedSetting, StageSpeed } from "../../capacity/speed-setting.ts";
import type { Derived } from "../explained-number.ts";

/** A stage on its slowest card, and what it is asked to do. */
export interface StageLoad<Load> {
  readonly stage: StageSpeed;
  readonly card: CardSpeed;
  readonly load: Load;
}

/** The parts of a step that gives sequences a token each, and their sum, on one card. Not under attention data-parallelism. */
export function decodeLaws(setting: SpeedSetting, one: StageLoad<DecodeLoad>): readonly Derived[] {
  const parts = decodeParts(setting, one.stage, one);
  const { fixed, dense, experts, kv, exchange, sequences } = parts;
  return [
    fixedLaw(one, fixed),
    denseLaw(setting, one, dense),
    ...(one.stage.work.expertBytes > 0 ? [expertLaw(setting, one, experts)] : []),
    ...(kv > 0 ? [kvLaw(one, kv)] : []),
    ...(setting.tp > 1 ? [exchangeLaw(setting, one, exchange)] : []),
    {
      id: "decode-sequences",
      value: sequences,
      unit: "s",
      law: "decodes * verified * sequence_seconds",
      values: {
        decodes: one.load.sequences,
        verified: setting.speculation.verified,
        sequence_seconds: one.card.constants.sequenceSeconds,
      },
    },
    sumLaw(parts),
  ];
}

function fixedLaw(
  { stage: { work }, card: { constants } }: StageLoad<unknown>,
  value: number,
): Derived {
  return {
    id: "decode-fixed",
    value,
    unit: "s",
    law: "step_seconds + layers * layer_seconds + normed_layers * normed_layer_seconds + expert_layers * expert_layer_seconds + latent_layers * latent_layer_seconds",
    values: {
      step_seconds: constants.stepSeconds,
      layers: work.layers,
      layer_seconds: constants.layerSeconds,
      normed_layers: work.normedLayers,
      normed_layer_seconds: constants.normedLayerSeconds,
      expert_layers: work.expertLayers,
      expert_layer_seconds: constants.expertLayerSeconds,
      latent_layers: work.latentLayers,
      latent_layer_seconds: constants.latentLayerSeconds,
    },
  };
}

function denseLaw(
  { speculation }: SpeedSetting,
  { stage: { work }, card, load }: StageLoad<DecodeLoad>,
  value: number,
): Derived {
  return {
    id: "decode-dense",
    value,
    unit: "s",
    law: "max(dense_bytes / (bandwidth * dense_read), decodes * verified * dense_flops / (peak * dense_multiply))",
    values: {
      dense_bytes: work.denseBytes,
      bandwidth: card.bytesPerSecond,
      dense_read: card.constants.denseBandwidth,
      decodes: load.sequences,
      verified: speculation.verified,
      dense_flops: work.denseFlops,
      peak: card.flopsPerSecond,
      dense_multiply: card.constants.denseCompute,
    },
  };
}

function expertLaw(
  { speculation }: SpeedSetting,
  { stage: { work }, card, load }: StageLoad<DecodeLoad>,
  value: number,
): Derived {
  return {
    id: "decode-experts",
    value,
    unit: "s",
    law: "max(expert_bytes * (1 - (1 - active / experts)^(decodes * verified * choosing)) / (bandwidth * expert_read), decodes * verified * expert_flops / (peak * expert_multiply))",
    values: {
      expert_bytes: work.expertBytes,
      active: work.active,
      experts: work.experts,
      decodes: load.sequences,
      verified: speculation.verified,
      choosing: card.constants.routingSpread,
      bandwidth: card.bytesPerSecond,
      expert_read: card.constants.expertBandwidth,
      expert_flops: work.expertFlops,
      peak: card.flopsPerSecond,
      expert_multiply: card.constants.expertCompute,
    },
  };
}

function kvLaw({ stage, card, load }: StageLoad<DecodeLoad>, value: number): Derived {
  const { kv } = stage.work;
  const windows = kv.filter(({ window }) => Number.isFinite(window));
  const whole = kv.filter(({ window }) => !Number.isFinite(window));
  const bytes = [
    ...(whole.length > 0 ? ["context * kv_bytes"] : []),
    ...windows.map((_, i) => `min(context, window_${i + 1}) * window_kv_bytes_${i + 1}`),
  ];
  return {
    id: "decode-kv",
    value,
    unit: "s",
    law: `decodes * (${bytes.join(" + ")}) / (bandwidth * kv_read)`,
    values: {
      decodes: load.sequences,
      context: load.context,
      ...(whole.length > 0
        ? { kv_bytes: whole.reduce((sum, { bytesPerToken }) => sum + bytesPerToken, 0) }
        : {}),
      ...Object.fromEntries(
        windows.flatMap(({ window, bytesPerToken }, i) => [
          [`window_${i + 1}`, window],
          [`window_kv_bytes_${i + 1}`, bytesPerToken],
        ]),
      ),
      bandwidth: card.bytesPerSecond,
      kv_read: card.constants.kvBandwidth,
    },
  };
}

function exchangeLaw(
  { tp, speculation }: SpeedSetting,
  { stage: { work, link }, load }: StageLoad<DecodeLoad>,
  value: number,
): Derived {
  return {
    id: "decode-exchange",
    value,
    unit: "s",
    law: "collectives * (link_seconds + 2 * (tp - 1) / tp * decodes * verified * hidden_bytes / link_bandwidth)",
    values: {
      collectives: work.collectives,
      link_seconds: link.seconds,
      tp,
      decodes: load.sequences,
      verified: speculation.verified,
      hidden_bytes: work.hiddenBytes,
      link_bandwidth: link.bytesPerSecond,
    },
  };
}

/** Parts that take no time stay out of the sum. */
function sumLaw({ fixed, dense, experts, kv, exchange, sequences }: DecodeParts): Derived {
  const parts = { fixed, dense, expert: experts, kv, exchange, sequence: sequences };
  const shown = Object.fromEntries(Object.entries(parts).filter(([, value]) => value > 0));
  return {
    id: "decode-stage",
    value: Object.values(parts).reduce((sum, value) => sum + value, 0),
    unit: "s",
    law: Object.keys(shown).join(" + "),
    values: shown,
  };
}
