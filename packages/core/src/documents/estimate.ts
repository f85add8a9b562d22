import { type EngineSpec, findFact } from "../engine/engine.ts";
import { hasPeersOutOfTheBox } from "../hardware/gpu.ts";
import { type RankMemory, termBytes } from "../memory/breakdown.ts";
import { estimateMemory, type MemoryRequest } from "../memory/estimate.ts";
import { type BlockRule, blocksFor, sequenceTokens, tokensIn } from "../memory/kv-blocks.ts";
import { illegalities } from "../memory/legality.ts";
import type { ModelSpec } from "../model/model.ts";
import { countParameters } from "../model/params.ts";
import { InputError } from "../report/errors.ts";
import type { Reason } from "../report/reason.ts";
import { reasonText } from "../report/reason-text.ts";
import { MIB } from "../units/units.ts";
import type { EstimateDocument, EstimateRank, EstimateRequest } from "./estimate-document.ts";
import { engineOf, fraction, gpuOf, kvDtypeOf, positive, weightsOf } from "./estimate-request.ts";
import { termDocument } from "./terms.ts";

/**
 * What one model holds on one kind of card in one configuration, and how many tokens its KV cache gets.
 * Throws an InputError for a request that makes no sense; a configuration that can't run is answered
 * with `fits: false` and the reasons.
 */
export function estimate(request: EstimateRequest, model: ModelSpec): EstimateDocument {
  const setting = readRequest(request, model);
  const memory = estimateMemory(setting.memory);
  const tokens = {
    value: capacity(setting, memory, "bytes"),
    low: capacity(setting, memory, "high"),
    high: capacity(setting, memory, "low"),
  };
  const { limits } = setting.memory;
  const maxSequences = Math.floor(
    tokens.value / sequenceTokens(limits.maxSeqLen, setting.blocks.tokensPerBlock),
  );
  const reasons = reasonsAgainst(setting, memory, tokens.value);
  return {
    schema: "berth/estimate@1",
    model: { id: model.id, parameters: countParameters(model) },
    engine: { id: setting.memory.engine.id, version: setting.memory.version },
    quantization: setting.memory.weights.quantization,
    kvCacheDtype: setting.memory.kvCacheDtype,
    ...limits,
    tokensPerBlock: setting.blocks.tokensPerBlock,
    ranks: memory.map((rank) => rankDocument(setting, rank, tokens.value)),
    kvTokens: tokens.value,
    kvTokensLow: tokens.low,
    kvTokensHigh: tokens.high,
    maxSequences,
    fits: reasons.length === 0,
    reasons: reasons.map((reason) => ({ code: reason.code, text: reasonText(reason) })),
    warnings: model.notes,
  };
}

/** A request with every default filled in. */
interface Setting {
  readonly memory: MemoryRequest;
  readonly gpu: string;
  readonly gpuBytes: number;
  readonly usedBytes: number;
  readonly kvFraction: number;
  readonly blocks: BlockRule;
}

function readRequest(request: EstimateRequest, model: ModelSpec): Setting {
  const file = request.id ?? "estimate";
  const { engine, version } = engineOf(file, request);
  const gpu = gpuOf(file, request.gpu);
  const count = (
    key: "tp" | "pp" | "ep" | "maxSeqLen" | "maxNumTokens" | "maxBatchSize" | "tokensPerBlock",
    fallback: number,
  ): number => positive(file, key, { value: request[key], fallback });
  const weights = weightsOf(file, model, request.quantization);
  const parallelism = { tp: count("tp", 1), pp: count("pp", 1), ep: count("ep", 1) };
  refuseManyRanks(file, parallelism);
  return {
    memory: {
      model,
      engine,
      version,
      weights,
      kvCacheDtype: kvDtypeOf(file, model, request.kvCacheDtype),
      parallelism,
      stageCapabilities: [gpu.computeCapability],
      hasPeerToPeer: hasPeersOutOfTheBox(gpu),
      limits: {
        maxBatchSize: count("maxBatchSize", engine.defaults.maxBatchSize),
        maxNumTokens: count("maxNumTokens", engine.defaults.maxNumTokens),
        maxSeqLen: count("maxSeqLen", model.maxContext),
      },
    },
    gpu: gpu.id,
    gpuBytes:
      request.gpuMemoryMiB === undefined
        ? gpu.cudaVisible.value
        : mebibytes(file, "gpuMemoryMiB", request.gpuMemoryMiB),
    usedBytes: mebibytes(file, "usedMiB", request.usedMiB ?? 0),
    kvFraction: fraction(file, "kvFraction", {
      value: request.kvFraction,
      fallback: engine.defaults.kvFraction,
    }),
    blocks: {
      tokensPerBlock: count("tokensPerBlock", engine.defaults.tokensPerBlock),
      roundsUp: roundsUp(engine, version),
    },
  };
}

/** Ranks beyond this are a slip of the finger; the largest deployments published have a few hundred. */
const MOST_RANKS = 4096;

function refuseManyRanks(file: string, { tp, pp, ep }: MemoryRequest["parallelism"]): void {
  if (tp * pp > MOST_RANKS || ep > MOST_RANKS) {
    throw new InputError(
      { file, key: "tp" },
      `expected at most ${MOST_RANKS} ranks, got ${tp * pp}`,
    );
  }
}

function mebibytes(file: string, key: string, value: number): number {
  const bytes = Math.round(value * MIB);
  if (!(Number.isSafeInteger(bytes) && bytes >= 0)) {
    throw new InputError({ file, key }, `expected MiB, got ${String(value)}`);
  }
  return bytes;
}

/** Whether this version rounds a KV budget up to a whole block. */
export function roundsUp(engine: EngineSpec, version: string): boolean {
  return (
    findFact(engine, "roundsBlocksUp", { version, computeCapability: "", quantization: "bf16" })
      ?.value === 1
  );
}

/** Tokens of the least rank with all terms at one bound, in whole blocks. */
function capacity(
  setting: Setting,
  memory: readonly RankMemory[],
  which: "bytes" | "low" | "high",
): number {
  const budgets = memory.map((rank) =>
    tokensIn(setting.kvFraction * freeForKv(setting, rank, which), rank.kvBytesPerToken),
  );
  return blocksFor(Math.min(...budgets), setting.blocks) * setting.blocks.tokensPerBlock;
}

function freeForKv(setting: Setting, rank: RankMemory, which: "bytes" | "low" | "high"): number {
  return setting.gpuBytes - setting.usedBytes - termBytes(rank.terms, "before-kv", which);
}

function rankDocument(setting: Setting, rank: RankMemory, tokens: number): EstimateRank {
  const { tokensPerBlock } = setting.blocks;
  return {
    rank: rank.rank,
    gpu: setting.gpu,
    memoryBytes: setting.gpuBytes,
    terms: rank.terms.map(termDocument),
    kv: {
      bytesPerToken: rank.kvBytesPerToken,
      bytesPerSequence:
        sequenceTokens(setting.memory.limits.maxSeqLen, tokensPerBlock) * rank.kvBytesPerToken,
      budgetBytes: Math.max(0, Math.floor(setting.kvFraction * freeForKv(setting, rank, "bytes"))),
      blocks: tokens / tokensPerBlock,
      tokens,
    },
  };
}

function reasonsAgainst(
  setting: Setting,
  memory: readonly RankMemory[],
  kvTokens: number,
): readonly Reason[] {
  const { memory: request, gpu } = setting;
  const illegal = illegalities({
    ...request,
    computeCapability: request.stageCapabilities[0] ?? "",
  });
  const short = memory.find((rank) => freeForKv(setting, rank, "bytes") <= 0);
  if (short !== undefined) {
    const needBytes = termBytes(short.terms, "before-kv", "bytes");
    const layout = `tp ${request.parallelism.tp}, pp ${request.parallelism.pp}`;
    return [
      ...illegal,
      {
        code: "memory-short",
        gpu,
        quantization: request.weights.quantization,
        layout,
        needBytes,
        haveBytes: setting.gpuBytes - setting.usedBytes,
      },
    ];
  }
  const { maxSeqLen } = request.limits;
  const needed = sequenceTokens(maxSeqLen, setting.blocks.tokensPerBlock);
  return kvTokens < needed
    ? [...illegal, { code: "sequence-too-long", maxSeqLen, kvTokens }]
    : illegal;
}
