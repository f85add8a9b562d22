import type { EngineSpec } from "../engine/engine.ts";
import { factsFor } from "../engine/facts.ts";
import type { RankMemory } from "../memory/breakdown.ts";
import { estimateStage } from "../memory/estimate.ts";
import type { ModelSpec } from "../model/model.ts";
import { layerRanks } from "../model/parallelism.ts";
import { countParameters } from "../model/params.ts";
import { reasonText } from "../report/reason-text.ts";
import { withBuiltDefaults } from "./built-defaults.ts";
import {
  capacity,
  type RankRoom,
  rankProbability,
  rankRoom,
  sequencesHeld,
} from "./estimate-capacity.ts";
import type { EstimateDocument, EstimateRank, EstimateRequest } from "./estimate-document.ts";
import { precisionOf } from "./estimate-precision.ts";
import { reasonsAgainst } from "./estimate-reasons.ts";
import { readRequest, type Setting } from "./estimate-setting.ts";
import { termDocument } from "./terms.ts";

/**
 * What one model holds on one kind of card in one configuration, and how many tokens its KV cache gets.
 * Throws an InputError for a request that makes no sense; a configuration that can't run is answered
 * with `fits: false` and the reasons.
 */
export function estimate(request: EstimateRequest, model: ModelSpec): EstimateDocument {
  const setting = readRequest(withBuiltDefaults(request, model), model);
  const stages = stagesOf(setting);
  const tokens = capacity(setting, stages, "value");
  const { limits, parallelism } = setting.memory;
  // under attention data-parallelism each tensor-parallel rank has a cache of its own
  const servers = parallelism.tp / layerRanks(parallelism);
  const { tokensPerBlock } = setting.blocks;
  const rooms = stages.map(({ room }) => room);
  const maxSequences = sequencesHeld(setting, rooms, tokens);
  const reasons = reasonsAgainst(setting, stages, { tokens, maxSequences });
  const chances = stages.map(({ rank, room }) => rankProbability(setting, { rank, room, tokens }));
  return {
    schema: "berth/estimate@1",
    model: modelDocument(model),
    engine: { id: setting.memory.engine.id, version: setting.memory.version },
    quantization: setting.memory.weights.quantization,
    kvCacheDtype: setting.memory.kvCacheDtype,
    precision: precisionOf(setting.memory),
    ...limits,
    tokensPerBlock,
    ...(setting.rules.kvBase === "as-asked" ? {} : { kvFraction: setting.room.fraction }),
    ...(Object.keys(setting.options).length > 0 ? { options: setting.options } : {}),
    ranks: stages.flatMap(({ rank, room }) => {
      const first = rankDocument(setting, { rank, room, tokens });
      return Array.from({ length: parallelism.tp }, (_, i) => ({ ...first, rank: rank.rank + i }));
    }),
    kvTokens: servers * tokens,
    kvTokensLow: servers * capacity(setting, stages, "low"),
    kvTokensHigh: servers * capacity(setting, stages, "high"),
    maxSequences: servers * maxSequences,
    fits: reasons.length === 0,
    fitProbability: Math.min(...chances),
    reasons: reasons.map((reason) => ({ code: reason.code, text: reasonText(reason) })),
    warnings: model.notes,
  };
}

interface RankWithRoom {
  readonly rank: RankMemory;
  readonly room: RankRoom;
}

/** The first rank of each pipeline stage: tensor-parallel ranks of a stage are alike. */
function stagesOf({ memory, ...setting }: Setting): readonly RankWithRoom[] {
  const { tp, pp } = memory.parallelism;
  return Array.from({ length: pp }, (_, stage) => {
    const rank = { rank: stage * tp, ...estimateStage(memory, stage) };
    return { rank, room: rankRoom({ memory, ...setting }, rank) };
  });
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

function rankDocument(
  setting: Setting,
  { rank, room, tokens }: RankWithRoom & { readonly tokens: number },
): EstimateRank {
  return {
    rank: rank.rank,
    gpu: setting.gpu,
    memoryBytes: setting.room.totalBytes,
    terms: rank.terms.map(termDocument),
    kv: {
      bytesPerToken: rank.kvBytesPerToken,
      bytesPerSequence: room.sequenceBytes,
      budgetBytes: Math.max(0, Math.floor(room.budget.value)),
      blocks: tokens / setting.blocks.tokensPerBlock,
      tokens,
    },
  };
}
