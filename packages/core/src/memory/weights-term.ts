import type { EngineSpec } from "../engine/engine.ts";
import type { FactTable } from "../engine/facts.ts";
import type { EngineRules } from "../engine/rules.ts";
import { rotaryWidth } from "../model/attention.ts";
import { embeddingTensor } from "../model/layer-tensors.ts";
import type { ModelSpec } from "../model/model.ts";
import { layerRanks, type Parallelism } from "../model/parallelism.ts";
import type { StoredWeights } from "../model/quantization.ts";
import { MIB } from "../units/units.ts";
import { allocatorRest } from "./allocator-rest.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { remember } from "./remember.ts";
import { derivedTerm } from "./term.ts";
import { stageWeights } from "./weights.ts";

export interface WeightsRequest {
  readonly model: ModelSpec;
  readonly engine: EngineSpec;
  readonly weights: StoredWeights;
  readonly parallelism: Parallelism;
}

export interface WeightsPlace {
  readonly stage: number;
  readonly facts: FactTable;
  readonly rules: EngineRules;
}

/**
 * Weights of one rank, with the table of rotary angles where the engine counts it among them, and what PyTorch's allocator
 * rounds up where the engine keeps weights in it.
 */
export function weightsTerm(request: WeightsRequest, place: WeightsPlace): MemoryTerm {
  const { engine, parallelism } = request;
  const { tp, pp, ep, stageLayers = [] } = parallelism;
  const rope = place.facts.value("ropeElementBytes", 0);
  const ranks = layerRanks(parallelism);
  const key = `${engine.id} ${tp} ${pp} ${ep} ${ranks} ${place.stage} ${stageLayers.join()} ${rope}`;
  return known(request, key, () => Object.freeze(newWeightsTerm(request, place)));
}

const known = remember<MemoryTerm>();

function newWeightsTerm(request: WeightsRequest, place: WeightsPlace): MemoryTerm {
  const { model, weights, parallelism, engine } = request;
  const layout = { model, weights, parallelism, rules: engine.weights };
  const { plain, quantized, scales } = stageWeights(layout, place.stage);
  const mostRest = place.facts.value("allocatorRestMiB", 0) * MIB;
  const rest = mostRest === 0 ? 0 : allocatorRest(layout, place.stage, mostRest);
  const rope = ropeTable(model, place.facts);
  const onHost = place.rules.keepsEmbeddingOnHost ? hostEmbedding(model, request, place.stage) : 0;
  return derivedTerm({
    id: "weights",
    value: plain + quantized + scales + rope + rest - onHost,
    law: "plain + quantized + scales + rope + rest - on_host",
    values: { plain, quantized, scales, rope, rest, on_host: onHost },
    sources: ["berth-weights-law", ...(rest === 0 ? [] : ["pytorch-caching-allocator"])],
  });
}

/**
 * vLLM's cos_sin_cache: max_position_embeddings rows as wide as the rotary dimension, on every rank. With it
 * Llama-3.1-8B is 14.9888 GiB and Llama-3-8B 14.9595, as vLLM prints them (boot logs vllm-002 and vllm-001).
 */
function ropeTable(model: ModelSpec, facts: FactTable): number {
  const element = facts.value("ropeElementBytes", 0);
  const widths = model.layers.flatMap(({ layer }) => rotaryWidth(layer.attention) ?? []);
  return element * model.maxContext * (widths[0] ?? 0);
}

/** 16-bit bytes of an embedding that stays on the host; a tied head is a second copy, on the card. */
function hostEmbedding(model: ModelSpec, { parallelism }: WeightsRequest, stage: number): number {
  if (stage !== 0 || (model.tiedEmbeddings && parallelism.pp === 1)) {
    return 0;
  }
  const { out, in: columns } = embeddingTensor(model);
  return PLAIN_BYTES * out * columns;
}

/** BF16 and FP16. */
const PLAIN_BYTES = 2;
