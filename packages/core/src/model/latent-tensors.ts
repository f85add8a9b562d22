import type { Indexer, LatentAttention } from "./attention.ts";
import { copied, cutColumns, cutRows, type Tensor, vector } from "./tensor.ts";

/** The weights of multi-head latent attention: down-projections are copied to every rank, heads are divided. */
export function latentTensors(a: LatentAttention, hidden: number): readonly Tensor[] {
  return [
    ...queryTensors(a, hidden),
    copied(name("kv_a_proj_with_mqa"), "attention", { out: a.kvRank + a.ropeHeadDim, in: hidden }),
    vector(name("kv_a_layernorm"), "attention", a.kvRank),
    cutRows(name("kv_b_proj"), "attention", {
      out: a.heads * (a.nopeHeadDim + a.valueHeadDim),
      in: a.kvRank,
      units: a.heads,
    }),
    cutColumns(name("o_proj"), "attention", {
      out: hidden,
      in: a.heads * a.valueHeadDim,
      units: a.heads,
    }),
    ...(a.hasBias === true ? biases(a, hidden) : []),
    ...(a.indexer === undefined ? [] : indexerTensors(a.indexer, a.queryRank, hidden)),
    ...(a.run?.absorbs === true ? absorbedTensors(a, hidden) : []),
  ];
}

/**
 * What vLLM 0.7 keeps beside the matrices for decoding: the query's projection with the latent's key matrix in it, the
 * output with its value matrix, and the query's rotary part in 16 bits. The first two are in the format of the matrices;
 * where that is none of 16 bits, the latent's own matrix is there a second time in 16.
 */
function absorbedTensors(a: LatentAttention, hidden: number): readonly Tensor[] {
  const queries = a.queryRank === 0 ? hidden : a.queryRank;
  const latents = a.heads * a.kvRank;
  const plain = (part: string, shape: { readonly out: number; readonly in: number }): Tensor => ({
    ...cutRows(name(part), "attention", { ...shape, units: a.heads }),
    isLinear: false,
  });
  return [
    cutRows(name("w_q_uk"), "attention", { out: latents, in: queries, units: a.heads }),
    cutColumns(name("w_uv_o"), "attention", { out: hidden, in: latents, units: a.heads }),
    plain("w_qr", { out: a.heads * a.ropeHeadDim, in: queries }),
    plain("w_uk_uv", { out: a.heads * (a.nopeHeadDim + a.valueHeadDim), in: a.kvRank }),
  ];
}

function name(part: string): string {
  return `self_attn.${part}`;
}

function queryTensors(a: LatentAttention, hidden: number): readonly Tensor[] {
  const out = a.heads * (a.nopeHeadDim + a.ropeHeadDim);
  return a.queryRank === 0
    ? [cutRows(name("q_proj"), "attention", { out, in: hidden, units: a.heads })]
    : [
        copied(name("q_a_proj"), "attention", { out: a.queryRank, in: hidden }),
        vector(name("q_a_layernorm"), "attention", a.queryRank),
        cutRows(name("q_b_proj"), "attention", { out, in: a.queryRank, units: a.heads }),
      ];
}

function biases(a: LatentAttention, hidden: number): readonly Tensor[] {
  return [
    ...(a.queryRank === 0 ? [] : [vector(name("q_a_proj.bias"), "attention", a.queryRank)]),
    vector(name("kv_a_proj_with_mqa.bias"), "attention", a.kvRank + a.ropeHeadDim),
    vector(name("o_proj.bias"), "attention", hidden),
  ];
}

/** DeepSeek V3.2's indexer: its one key of all heads has a layer norm; every rank holds all of it. */
function indexerTensors(
  { heads, headDim }: Indexer,
  queryRank: number,
  hidden: number,
): readonly Tensor[] {
  return [
    copied(name("indexer.wq_b"), "attention", { out: heads * headDim, in: queryRank }),
    copied(name("indexer.wk"), "attention", { out: headDim, in: hidden }),
    vector(name("indexer.k_norm"), "attention", headDim),
    vector(name("indexer.k_norm.bias"), "attention", headDim),
    copied(name("indexer.weights_proj"), "attention", { out: heads, in: hidden }),
  ];
}
