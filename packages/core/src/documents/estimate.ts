import type { Calibrate } from "../engine/correction.ts";
import type { EngineSpec } from "../engine/engine.ts";
import { factsFor } from "../engine/facts.ts";
import { nullBlocks } from "../memory/kv-sequence.ts";
import { shareToStart } from "../memory/resumable-sequences.ts";
import type { ModelSpec } from "../model/model.ts";
import { layerRanks } from "../model/parallelism.ts";
import { countParameters } from "../model/params.ts";
import { reasonText } from "../report/reason-text.ts";
import { withBuiltDefaults } from "./built-defaults.ts";
import { capacity, rankProbability, sequencesHeld, tokensOfBeams } from "./estimate-capacity.ts";
import { capabilitiesOf } from "./estimate-cards.ts";
import type { CrossRoom } from "./estimate-cross.ts";
import type {
  EstimateCross,
  EstimateDocument,
  EstimateRank,
  EstimateRequest,
} from "./estimate-document.ts";
import { precisionOf } from "./estimate-precision.ts";
import { type RankGroup, rankGroups } from "./estimate-ranks.ts";
import { reasonsAgainst } from "./estimate-reasons.ts";
import { readRequest, type Setting } from "./estimate-setting.ts";
import { termDocument } from "./terms.ts";

/**
 * What one model holds on its cards in one configuration, and how many tokens its KV cache gets.
 * Throws an InputError for a request that makes no sense; a configuration that can't run is answered
 * with `fits: false` and the reasons.
 */
export function estimate(
  request: EstimateRequest,
  model: ModelSpec,
  calibrate?: Calibrate,
): EstimateDocument {
  const setting = readRequest(withBuiltDefaults(request, model), model, calibrate);
  const groups = rankGroups(setting);
  const tokens = capacity(setting, groups, "value");
  const { limits, parallelism } = setting.memory;
  // under attention data-parallelism each tensor-parallel rank has a cache of its own
  const servers = parallelism.tp / layerRanks(parallelism);
  const rooms = groups.map(({ room }) => room);
  const maxSequences = sequencesHeld(setting, rooms, tokens);
  const reasons = reasonsAgainst(setting, groups, { tokens, maxSequences });
  const chances = groups.map((group) => rankProbability(setting, group, tokens));
  return {
    schema: "berth/estimate@1",
    model: modelDocument(model),
    engine: { id: setting.memory.engine.id, version: setting.memory.version },
    quantization: setting.memory.weights.quantization,
    kvCacheDtype: setting.memory.kvCacheDtype,
    precision: precisionOf(setting.memory, capabilitiesOf(setting.cards)),
    maxBatchSize: limits.maxBatchSize,
    maxNumTokens: limits.maxNumTokens,
    maxSeqLen: limits.maxSeqLen,
    tokensPerBlock: setting.blocks.tokensPerBlock,
    ...(setting.rules.kvBase === "as-asked" ? {} : { kvFraction: setting.fraction }),
    ...(Object.keys(setting.options).length > 0 ? { options: setting.options } : {}),
    ranks: ranksDocument(setting, groups, tokens),
    kvTokens: servers * tokens,
    kvTokensLow: servers * capacity(setting, groups, "low"),
    kvTokensHigh: servers * capacity(setting, groups, "high"),
    maxSequences: servers * maxSequences,
    ...startDocument(setting),
    fits: reasons.length === 0,
    fitProbability: Math.min(...chances),
    reasons: reasons.map((reason) => ({ code: reason.code, text: reasonText(reason) })),
    warnings: setting.memory.model.notes,
  };
}

/** What of the KV cache sequences can't have. */
function startDocument(setting: Setting): Pick<EstimateDocument, "start" | "nullBlocks"> {
  const share = shareToStart(setting.memory);
  const empty = nullBlocks(setting);
  return {
    ...(share === undefined ? {} : { start: { share, tokensPerSequence: tokensOfBeams(setting) } }),
    ...(empty === 0 ? {} : { nullBlocks: empty }),
  };
}

/** Whether this version rounds a KV budget up to a whole block. */
export function roundsUp(engine: EngineSpec, version: string): boolean {
  const facts = factsFor(engine, { version, computeCapability: "", quantization: "bf16" });
  return facts.value("roundsBlocksUp", 0) === 1;
}

/** Counted once for a model: specs are frozen. */
const MODELS = new WeakMap<ModelSpec, EstimateDocument["model"]>();

function modelDocument(model: ModelSpec): EstimateDocument["model"] {
  const known = MODELS.get(model) ?? { id: model.id, parameters: countParameters(model) };
  MODELS.set(model, known);
  return known;
}

/** Ranks in their order; those that hold the same share what is written of it. */
function ranksDocument(
  setting: Setting,
  groups: readonly RankGroup[],
  tokens: number,
): readonly EstimateRank[] {
  const ranks: EstimateRank[] = [];
  for (const group of groups) {
    const first = rankDocument(setting, group, tokens);
    for (const rank of group.ranks) {
      ranks[rank] = rank === first.rank ? first : { ...first, rank };
    }
  }
  return ranks;
}

function rankDocument(
  setting: Setting,
  { rank, room, card, gpu, layers }: RankGroup,
  tokens: number,
): EstimateRank {
  return {
    rank: rank.rank,
    gpu: gpu.id,
    memoryBytes: card.totalBytes,
    layers,
    terms: rank.terms.map(termDocument),
    kv: {
      bytesPerToken: rank.kvBytesPerToken,
      bytesPerSequence: room.sequenceBytes,
      budgetBytes: Math.max(0, Math.floor(room.budget.value + (room.cross?.budget.value ?? 0))),
      blocks: tokens / setting.blocks.tokensPerBlock,
      tokens,
      ...(room.cross === undefined ? {} : { cross: crossDocument(room.cross) }),
    },
  };
}

function crossDocument({
  bytesPerToken,
  tokensPerSequence,
  ownShare,
  share,
  tokens,
}: CrossRoom): EstimateCross {
  return {
    bytesPerToken,
    tokensPerSequence,
    ...(tokens === undefined ? {} : { share: share / (ownShare + share), tokens }),
  };
}
