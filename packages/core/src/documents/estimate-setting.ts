import type { EngineSpec } from "../engine/engine.ts";
import { type FactTable, factsFor } from "../engine/facts.ts";
import { rulesOf } from "../engine/registry.ts";
import type { EngineRules } from "../engine/rules.ts";
import { type GpuSpec, hasPeersOutOfTheBox } from "../hardware/gpu.ts";
import { withDraftLayers } from "../memory/draft-layers.ts";
import type { MemoryLimits, MemoryRequest } from "../memory/estimate.ts";
import type { BlockRule } from "../memory/kv-blocks.ts";
import type { CardRoom } from "../memory/kv-budget.ts";
import type { ModelSpec } from "../model/model.ts";
import { InputError } from "../report/errors.ts";
import { GIB, MIB } from "../units/units.ts";
import type { EstimateOptions, EstimateRequest } from "./estimate-document.ts";
import { optionsOf } from "./estimate-options.ts";
import { engineOf, fraction, gpuOf, kvDtypeOf, positive, weightsOf } from "./estimate-request.ts";

/** A request with every default filled in. */
export interface Setting {
  readonly memory: MemoryRequest;
  readonly rules: EngineRules;
  readonly facts: FactTable;
  readonly gpu: string;
  readonly room: CardRoom;
  readonly blocks: BlockRule;
  readonly options: EstimateOptions;
}

/** Reads a request; throws an InputError for one that makes no sense. */
export function readRequest(request: EstimateRequest, published: ModelSpec): Setting {
  const file = request.id ?? "estimate";
  const { engine, version } = engineOf(file, request);
  const rules = rulesOf(engine, version);
  const options = optionsOf(file, request, { rules, model: published });
  const model = withDraftLayers(published, options.draftLayers ?? 0);
  const gpu = gpuOf(file, request.gpu);
  const weights = weightsOf(file, model, request.quantization);
  const parallelism = {
    ...parallelismOf(file, request, rules),
    attentionDp: options.attentionDp === true,
  };
  const gpuBytes =
    request.gpuMemoryMiB === undefined
      ? gpu.cudaVisible.value
      : mebibytes(file, "gpuMemoryMiB", request.gpuMemoryMiB);
  const facts = factsFor(engine, {
    version,
    computeCapability: gpu.computeCapability,
    quantization: weights.quantization,
    memoryGiB: memoryClass(gpuBytes),
    tp: parallelism.tp,
  });
  const limits = limitsOf(file, request, { model, engine, rules, facts });
  const ranks = parallelism.tp * parallelism.pp;
  return {
    memory: {
      model,
      engine,
      version,
      weights,
      kvCacheDtype: kvDtypeOf(file, model, request.kvCacheDtype, rules.kvCacheDtype),
      parallelism,
      stageCapabilities: [gpu.computeCapability],
      memoryGiB: memoryClass(gpuBytes),
      hasPeerToPeer: hasPeersOutOfTheBox(gpu),
      limits,
      beams: options.beamWidth ?? 1,
      gpuWeightsShare: options.gpuWeightsPercent ?? 1,
    },
    options,
    rules,
    facts,
    gpu: gpu.id,
    room: {
      totalBytes: gpuBytes,
      usedBytes: mebibytes(file, "usedMiB", request.usedMiB ?? 0),
      fraction: fraction(file, "kvFraction", {
        value: request.kvFraction,
        fallback: defaultFraction(engine, facts, { gpu, limits, ranks }),
      }),
    },
    blocks: blockRule(file, request, { engine, facts }),
  };
}

function blockRule(
  file: string,
  request: EstimateRequest,
  { engine, facts }: Pick<Place, "engine" | "facts">,
): BlockRule {
  return {
    tokensPerBlock: positive(file, "tokensPerBlock", {
      value: request.tokensPerBlock,
      fallback: facts.value("defaultTokensPerBlock", engine.defaults.tokensPerBlock),
    }),
    roundsUp: facts.value("roundsBlocksUp", 0) === 1,
  };
}

/** Facts depend on memory in steps of whole GiB. */
function memoryClass(gpuBytes: number): number {
  return Math.floor(gpuBytes / GIB);
}

/** Ranks beyond this are a slip of the finger; the largest deployments published have a few hundred. */
const MOST_RANKS = 4096;

function parallelismOf(
  file: string,
  request: EstimateRequest,
  rules: EngineRules,
): MemoryRequest["parallelism"] {
  const count = (key: "tp" | "pp" | "ep"): number =>
    positive(file, key, { value: request[key], fallback: 1 });
  const [tp, pp, ep] = [count("tp"), count("pp"), count("ep")];
  if (tp * pp > MOST_RANKS || ep > MOST_RANKS) {
    throw new InputError(
      { file, key: "tp" },
      `expected at most ${MOST_RANKS} ranks, got ${tp * pp}`,
    );
  }
  if (tp > 1 && !rules.hasTensorParallel) {
    throw new InputError(
      { file, key: "tp" },
      `expected 1 for ${rules.id}, which deals out whole layers over pp cards, got ${tp}`,
    );
  }
  return { tp, pp, ep };
}

/** The longest context published is 10 million tokens (Llama 4 Scout); products of two such sizes stay exact. */
const MOST_TOKENS = 100_000_000;

interface Place {
  readonly model: ModelSpec;
  readonly engine: EngineSpec;
  readonly rules: EngineRules;
  readonly facts: FactTable;
}

function limitsOf(
  file: string,
  request: EstimateRequest,
  { model, engine, rules, facts }: Place,
): MemoryLimits {
  const count = (key: "maxSeqLen" | "maxNumTokens" | "maxBatchSize", fallback: number): number => {
    const value = positive(file, key, { value: request[key], fallback });
    if (value > MOST_TOKENS) {
      throw new InputError({ file, key }, `expected at most ${MOST_TOKENS}, got ${value}`);
    }
    return value;
  };
  const maxSeqLen = count("maxSeqLen", model.maxContext);
  const ownTokens = facts.value("defaultMaxNumTokens", engine.defaults.maxNumTokens);
  const holdsPrompt =
    rules.stepHoldsPrompt &&
    maxSeqLen <= facts.value("chunksAboveTokens", Number.POSITIVE_INFINITY);
  return {
    maxSeqLen,
    maxBatchSize: count(
      "maxBatchSize",
      facts.value("defaultMaxBatchSize", engine.defaults.maxBatchSize),
    ),
    maxNumTokens: count("maxNumTokens", holdsPrompt ? Math.max(maxSeqLen, ownTokens) : ownTokens),
  };
}

/** A thousandth: SGLang rounds its automatic fraction to three digits. */
const FRACTION_STEP = 1000;

/**
 * The engine's own fraction. SGLang leaves a reserve that grows with its prefill chunk, its ranks and its
 * largest graph (reference/launchers.md, section 5): 24 GiB and one rank give 0.847.
 */
function defaultFraction(
  engine: EngineSpec,
  facts: FactTable,
  place: { readonly gpu: GpuSpec; readonly limits: MemoryLimits; readonly ranks: number },
): number {
  const base = facts.find("reserveMiB");
  if (base === undefined) {
    return facts.value("defaultKvFraction", engine.defaults.kvFraction);
  }
  const reserve =
    base.value +
    facts.value("reserveMiBPerToken", 0) * place.limits.maxNumTokens +
    facts.value("reserveMiBPerRank", 0) * place.ranks +
    facts.value("reserveMiBPerGraphBatch", 0) * facts.value("graphLargestBatch", 0);
  const capacity = place.gpu.memory.value / MIB;
  const steps = Math.round((FRACTION_STEP * (capacity - reserve)) / capacity);
  return Math.max(1, steps) / FRACTION_STEP;
}

function mebibytes(file: string, key: string, value: number): number {
  const bytes = Math.round(value * MIB);
  if (!(Number.isSafeInteger(bytes) && bytes >= 0)) {
    throw new InputError({ file, key }, `expected MiB, got ${String(value)}`);
  }
  return bytes;
}
