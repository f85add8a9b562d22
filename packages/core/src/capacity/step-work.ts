import { kvGroups } from "../memory/kv-cache.ts";
import { shardOf } from "../memory/shard.ts";
import {
  type RankWeights,
  stageExpertWeights,
  stageWeights,
  type WeightLayout,
} from "../memory/weights.ts";
import type { Attention } from "../model/attention.ts";
import { type PlacedGroup, type StagePlace, stageGroups } from "../model/layer-groups.ts";
import { embeddingTensor, headTensor, layerTensors } from "../model/layer-tensors.ts";
import type { Layer } from "../model/model.ts";
import { layerRanks } from "../model/parallelism.ts";
import type { KvCacheDtype } from "../model/quantization.ts";
import type { Tensor } from "../model/tensor.ts";

/** What one rank of one pipeline stage has to read, multiply and send in a step, whatever its load. */
export interface StepWork {
  readonly layers: number;
  /** Layers with routed experts. */
  readonly expertLayers: number;
  /** Layers whose attention caches a latent (MLA). */
  readonly latentLayers: number;
  /** Layers that norm queries and keys. */
  readonly normedLayers: number;
  /** Exchanges between the ranks of a group: after attention, after the feed-forward, and for norms over all heads. */
  readonly collectives: number;
  /** Bytes of every weight that each step reads: attention, dense and shared feed-forwards, norms, head. */
  readonly denseBytes: number;
  /** Bytes of the routed experts that the rank holds. */
  readonly expertBytes: number;
  /** Routed experts of a layer; 0 without. */
  readonly experts: number;
  /** Experts that one token visits. */
  readonly active: number;
  /** Multiplications and additions for one token in the matrices of the layers, experts apart. */
  readonly denseFlops: number;
  /** As `denseFlops`, in the head, for one token that is sampled. */
  readonly headFlops: number;
  /** For one token of all that the deployment reads, in the experts of this rank. */
  readonly expertFlops: number;
  /** KV bytes that one cached token costs a step to read, by how far back layers look. */
  readonly kv: readonly KvRead[];
  /** Multiplications and additions for one pair of a prompt's token with one at or before it. */
  readonly pairFlops: readonly PairFlops[];
  /** Bytes of one token between layers. */
  readonly hiddenBytes: number;
}

export interface KvRead {
  readonly window: number;
  readonly bytesPerToken: number;
}

export interface PairFlops {
  readonly window: number;
  readonly flops: number;
}

/** The work of a stage's every rank; ranks of a tensor-parallel group do equally much. */
export function stepWork(layout: WeightLayout, dtype: KvCacheDtype, stage: number): StepWork {
  const { model, parallelism } = layout;
  const place: StagePlace = { parallelism, stage };
  const groups = stageGroups(model, place);
  const experts = bytesOf(stageExpertWeights(layout, stage));
  const isLast = stage === parallelism.pp - 1;
  const moe = groups.flatMap(({ layer }) =>
    layer.feedForward.kind === "moe" ? [layer.feedForward] : [],
  )[0];
  const active = moe?.active ?? 0;
  const expertFlops = sumLayers(groups, ({ role }) => role === "expert", place, model.hidden);
  return {
    layers: groups.reduce((sum, { count }) => sum + count, 0),
    expertLayers: countLayers(groups, ({ layer }) => layer.feedForward.kind === "moe"),
    latentLayers: countLayers(groups, ({ layer }) => layer.attention.kind === "mla"),
    normedLayers: countLayers(groups, ({ layer }) => normsOf(layer.attention) !== "none"),
    collectives: groups.reduce((sum, group) => sum + group.count * exchangesOf(group.layer), 0),
    denseBytes: bytesOf(stageWeights(layout, stage)) - experts - unreadEmbedding(layout, stage),
    expertBytes: experts,
    experts: moe?.experts ?? 0,
    active,
    denseFlops: sumLayers(
      groups,
      ({ role, in: width }) => role !== "expert" && width > 1,
      place,
      model.hidden,
    ),
    headFlops: isLast && model.hasHead ? flopsOf(headTensor(model), place) : 0,
    expertFlops: moe === undefined ? 0 : (expertFlops * active) / moe.experts,
    kv: kvGroups(model, dtype, place).map(({ window, bytesPerToken }) => ({
      window: window ?? Number.POSITIVE_INFINITY,
      bytesPerToken,
    })),
    pairFlops: pairs(groups, layerRanks(parallelism)),
    hiddenBytes: ACTIVATION_BYTES * model.hidden,
  };
}

/** Activations are in 16 bits between layers. */
const ACTIVATION_BYTES = 2;

function bytesOf({ plain, quantized, scales }: RankWeights): number {
  return plain + quantized + scales;
}

/** A step looks up rows of the embedding; it reads all of it only where it is the head. */
function unreadEmbedding({ model, parallelism, rules }: WeightLayout, stage: number): number {
  if (stage > 0 || (model.tiedEmbeddings && parallelism.pp === 1)) {
    return 0;
  }
  const table = embeddingTensor(model);
  const shard = shardOf(rules.cutsEmbedding ? table : { ...table, cut: "none" }, parallelism);
  return ACTIVATION_BYTES * shard.out * shard.in;
}

function countLayers(groups: readonly PlacedGroup[], has: (group: PlacedGroup) => boolean): number {
  return groups.filter(has).reduce((sum, { count }) => sum + count, 0);
}

function normsOf(attention: Attention): string {
  return "qkNorm" in attention ? attention.qkNorm : "none";
}

function exchangesOf({ attention, feedForward }: Layer): number {
  return (
    (attention.kind === "none" ? 0 : 1) +
    (feedForward.kind === "none" ? 0 : 1) +
    (normsOf(attention) === "whole" ? 1 : 0)
  );
}

function sumLayers(
  groups: readonly PlacedGroup[],
  counts: (tensor: Tensor) => boolean,
  place: StagePlace,
  hidden: number,
): number {
  return groups.reduce(
    (sum, { count, layer }) =>
      sum +
      count *
        layerTensors(layer, hidden)
          .filter((tensor) => tensor.isUnread !== true && counts(tensor))
          .reduce((flops, tensor) => flops + flopsOf(tensor, place), 0),
    0,
  );
}

/** One multiplication and one addition for each element of a rank's part. */
function flopsOf(tensor: Tensor, { parallelism }: StagePlace): number {
  const shard = shardOf(tensor, parallelism);
  return 2 * shard.out * shard.in * shard.copies;
}

function pairs(groups: readonly PlacedGroup[], ranks: number): readonly PairFlops[] {
  const sums = new Map<number, number>();
  for (const { count, layer } of groups) {
    const window =
      "window" in layer.attention
        ? (layer.attention.window ?? Number.POSITIVE_INFINITY)
        : Number.POSITIVE_INFINITY;
    sums.set(window, (sums.get(window) ?? 0) + count * layerPairFlops(layer.attention, ranks));
  }
  return [...sums].filter(([, flops]) => flops > 0).map(([window, flops]) => ({ window, flops }));
}

/** Scores and weighted values of one pair: 2 · heads · (key width + value width). */
function layerPairFlops(attention: Attention, ranks: number): number {
  switch (attention.kind) {
    case "full":
    case "sliding":
    case "chunked":
    case "bidirectional":
      return (
        2 *
        Math.ceil(attention.heads / ranks) *
        (attention.headDim + (attention.valueHeadDim ?? attention.headDim))
      );
    case "mla":
      return (
        2 *
        Math.ceil(attention.heads / ranks) *
        (attention.nopeHeadDim + attention.ropeHeadDim + attention.valueHeadDim)
      );
    case "compressed":
      return (
        (4 * Math.ceil(attention.heads / ranks) * attention.headDim) / Math.max(1, attention.ratio)
      );
    case "recurrent":
    case "none":
      return 0;
    default:
      return attention satisfies never;
  }
}
