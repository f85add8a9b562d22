import type { Calibrate } from "../engine/correction.ts";
import type { EngineSpec } from "../engine/engine.ts";
import { type FactTable, factsFor } from "../engine/facts.ts";
import { rulesOf } from "../engine/registry.ts";
import type { EngineRules } from "../engine/rules.ts";
import type { GpuSpec } from "../hardware/gpu.ts";
import { speculates } from "../memory/draft-layers.ts";
import type { MemoryLimits, MemoryRequest } from "../memory/estimate.ts";
import type { BlockRule } from "../memory/kv-blocks.ts";
import { withRun } from "../memory/run-options.ts";
import type { ModelSpec } from "../model/model.ts";
import { InputError } from "../report/errors.ts";
import { GIB, MIB } from "../units/units.ts";
import { defaultStepTokens } from "./default-step.ts";
import { arePeers, cardOf, cardsOf, type EstimateCard, gpusOf } from "./estimate-cards.ts";
import type { EstimateOptions, EstimateRequest } from "./estimate-document.ts";
import { optionsOf } from "./estimate-options.ts";
import { engineOf, fraction, kvDtypeOf, positive, weightsOf } from "./estimate-request.ts";
import { cutOf, parallelismOf } from "./estimate-stages.ts";

/** A request with every default filled in. */
export interface Setting {
  /** As the first card has it; `memoryOn` says it for the others. */
  readonly memory: MemoryRequest;
  readonly rules: EngineRules;
  readonly facts: FactTable;
  /** One where all ranks are on alike cards, else one for each rank. */
  readonly cards: readonly EstimateCard[];
  /** Ranks on the cards; more than tp · pp where llama.cpp leaves the last cards without a layer. */
  readonly ranks: number;
  readonly fraction: number;
  readonly blocks: BlockRule;
  /** Share of the KV cache that cross-attention's own pool gets, where an engine has one. */
  readonly crossFraction: number;
  readonly options: EstimateOptions;
}

/** Reads a request; throws an InputError for one that makes no sense. */
export function readRequest(
  request: EstimateRequest,
  published: ModelSpec,
  calibrate?: Calibrate,
): Setting {
  const file = request.id ?? "estimate";
  const { engine: known, version } = engineOf(file, request);
  const engine = calibrate?.(known, version) ?? known;
  const rules = rulesOf(engine, version);
  const options = optionsOf(file, request, { rules, model: published });
  const model = withRun(published, options, rules);
  const gpus = gpusOf(file, request.gpu);
  const sizes = parallelismOf(file, request, {
    rules,
    cards: gpus.length,
    attentionDp: options.attentionDp === true,
  });
  const { tp, pp } = sizes;
  const cards = cardsOf(file, request, { gpus, tp, pp });
  const weights = weightsOf(file, model, request.quantization);
  const leading = leadingCard(cards, rules);
  const factsOn = ({ gpu }: EstimateCard): FactTable =>
    factsFor(engine, {
      version,
      computeCapability: gpu.computeCapability,
      quantization: weights.quantization,
      memoryGiB: memoryClass(leading.totalBytes),
      tp,
    });
  const parallelism = cutOf(file, request, { rules, model, parallelism: sizes, cards, factsOn });
  const facts = factsOn(leading);
  const limits = limitsOf(file, request, { model, engine, rules, facts });
  return {
    memory: {
      model,
      engine,
      version,
      weights,
      kvCacheDtype: kvDtypeOf(file, model, request.kvCacheDtype, rules.kvCacheDtype),
      parallelism,
      stageCapabilities: [leading.gpu.computeCapability],
      memoryGiB: memoryClass(leading.totalBytes),
      hasPeerToPeer: options.throughHost !== true && arePeers(cards),
      limits,
      beams: options.beamWidth ?? 1,
      gpuWeightsShare: options.gpuWeightsPercent ?? 1,
    },
    options,
    rules,
    facts,
    cards,
    ranks: tp * pp,
    fraction: fraction(file, "kvFraction", {
      value: request.kvFraction,
      fallback: defaultFraction(engine, facts, { gpu: leading.gpu, limits, ranks: tp * pp, model }),
    }),
    blocks: blockRule(file, request, { engine, facts }),
    crossFraction: options.crossKvFraction ?? facts.value("crossKvFraction", 0),
  };
}

/** The card that an engine's defaults go by. */
function leadingCard(
  cards: readonly EstimateCard[],
  { followsLeastCard }: EngineRules,
): EstimateCard {
  const first = cardOf(cards, 0);
  return followsLeastCard
    ? cards.reduce((least, card) => (card.totalBytes < least.totalBytes ? card : least), first)
    : first;
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
  return {
    maxSeqLen,
    maxBatchSize: count(
      "maxBatchSize",
      facts.value("defaultMaxBatchSize", engine.defaults.maxBatchSize),
    ),
    maxNumTokens: count(
      "maxNumTokens",
      defaultStepTokens({ engine, rules, facts, model }, maxSeqLen),
    ),
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
  place: {
    readonly gpu: GpuSpec;
    readonly limits: MemoryLimits;
    readonly ranks: number;
    readonly model: ModelSpec;
  },
): number {
  const base = facts.find("reserveMiB");
  if (base === undefined) {
    return facts.value("defaultKvFraction", engine.defaults.kvFraction);
  }
  const reserve =
    base.value +
    facts.value("reserveMiBPerToken", 0) * place.limits.maxNumTokens +
    facts.value("reserveMiBPerRank", 0) * place.ranks +
    (speculates(place.model) ? facts.value("reserveMiBOfDraft", 0) : 0) +
    facts.value("reserveMiBPerGraphBatch", 0) * facts.value("graphLargestBatch", 0);
  const capacity = place.gpu.memory.value / MIB;
  const steps = Math.round((FRACTION_STEP * (capacity - reserve)) / capacity);
  return Math.max(1, steps) / FRACTION_STEP;
}
