import {
  type Attention,
  headElements,
  heldTokens,
  indexerBytesPerToken,
  kvElementsPerToken,
  windowOf,
} from "../model/attention.ts";
import { type PlacedGroup, type StagePlace, stageGroups } from "../model/layer-groups.ts";
import type { LayerGroup, ModelSpec } from "../model/model.ts";
import { layerRanks } from "../model/parallelism.ts";
import { type KvCacheDtype, kvBytesPerElement } from "../model/quantization.ts";
import type { Tokens } from "../units/units.ts";
import { draftGroups } from "./draft-layers.ts";
import { rememberStage } from "./remember-stage.ts";

/**
 * KV bytes of one token on every rank of a pipeline stage: the sum over the stage's layers of
 * 2 · ceil(kv_heads / tp) · head_dim · bytes, or of the latent's width for MLA, which is not divided
 * (reference/trtllm-memory.md, section 3), and of an indexer's keys. TensorRT-LLM charges sliding-window
 * layers in full.
 */
export function kvBytesPerToken(model: ModelSpec, dtype: KvCacheDtype, place: StagePlace): number {
  const { parallelism, stage } = place;
  return known({ model, parallelism, stage, detail: dtype }, () =>
    cachingGroups(model, place).reduce(
      (sum, group) => sum + group.count * layerBytes(group.layer.attention, dtype, place),
      0,
    ),
  );
}

const known = rememberStage<number>();

/** Layers of a stage whose cache grows alike, and what one token costs in all of them together. */
export interface KvGroup {
  /** Tokens after which these layers keep no more; undefined where they keep the whole sequence. */
  readonly window: Tokens | undefined;
  readonly layers: number;
  readonly bytesPerToken: number;
}

/** The stage's caching layers by window: for engines that keep a pool for each. Full layers first, then by window. */
export function kvGroups(
  model: ModelSpec,
  dtype: KvCacheDtype,
  place: StagePlace,
): readonly KvGroup[] {
  const groups = new Map<Tokens | undefined, { layers: number; bytesPerToken: number }>();
  for (const { count, layer } of cachingGroups(model, place)) {
    const bytes = layerBytes(layer.attention, dtype, place);
    const window = windowOf(layer.attention);
    const group = groups.get(window) ?? { layers: 0, bytesPerToken: 0 };
    if (bytes > 0) {
      groups.set(window, {
        layers: group.layers + count,
        bytesPerToken: group.bytesPerToken + count * bytes,
      });
    }
  }
  return [...groups]
    .map(([window, group]) => ({ window, ...group }))
    .sort((a, b) => (a.window ?? 0) - (b.window ?? 0));
}

/**
 * KV bytes of one sequence of this length on every rank of a stage, where each layer keeps no more than it can
 * still read: what an engine that honours windows needs at least, before blocks.
 */
export function kvBytesOfSequence(
  model: ModelSpec,
  dtype: KvCacheDtype,
  { length, ...place }: StagePlace & { readonly length: Tokens },
): number {
  const bytesOf = ({ count, layer }: PlacedGroup): number =>
    count *
    (heldTokens(layer.attention, length) * layerBytes(layer.attention, dtype, place) +
      recentBytes(layer.attention, dtype, length));
  return stageGroups(model, place).reduce((sum, group) => sum + bytesOf(group), 0);
}

/** K and V of another sequence (audio, image, source text): bytes of one of its tokens on every rank of a stage. */
export function crossKvBytesPerToken(
  model: ModelSpec,
  dtype: KvCacheDtype,
  place: StagePlace,
): number {
  const elements = stageGroups(model, place).reduce(
    (sum, { count, layer }) =>
      sum +
      (layer.cross === undefined
        ? 0
        : count * headElements(layer.cross, layerRanks(place.parallelism))),
    0,
  );
  return elements * kvBytesPerElement(dtype);
}

/**
 * Bytes of a slot that every layer of a stage has: K and V of the sequence's own token, or in a layer that only
 * reads another sequence, of a token of that.
 */
export function slotBytesPerToken(
  model: ModelSpec,
  dtype: KvCacheDtype,
  place: StagePlace,
): number {
  const onlyCross = stageGroups(model, place).reduce(
    (sum, { count, layer }) =>
      sum +
      (layer.cross === undefined || layer.attention.kind !== "none"
        ? 0
        : count * headElements(layer.cross, layerRanks(place.parallelism))),
    0,
  );
  return kvBytesPerToken(model, dtype, place) + onlyCross * kvBytesPerElement(dtype);
}

/** The layers of a stage that cache K and V; draft layers that are loaded stand behind the last one. */
function cachingGroups(model: ModelSpec, place: StagePlace): readonly LayerGroup[] {
  const isLast = place.stage === place.parallelism.pp - 1;
  return [...stageGroups(model, place), ...(isLast ? draftGroups(model) : [])];
}

function layerBytes(
  attention: Attention,
  dtype: KvCacheDtype,
  { parallelism }: StagePlace,
): number {
  return (
    kvElementsPerToken(attention, layerRanks(parallelism)) * kvBytesPerElement(dtype) +
    indexerBytesPerToken(attention)
  );
}

/** Beside compressed entries, a layer keeps its last tokens as they are. */
function recentBytes(attention: Attention, dtype: KvCacheDtype, length: Tokens): number {
  return attention.kind === "compressed" && attention.ratio > 0
    ? Math.min(length, attention.window) * attention.headDim * kvBytesPerElement(dtype)
    : 0;
}
