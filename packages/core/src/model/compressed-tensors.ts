import type { CompressedAttention, Indexer } from "./attention.ts";
import { copied, cutBias, cutColumns, cutRows, type Tensor, vector } from "./tensor.ts";

/** The weights of DeepSeek V4's attention: query heads and output groups are divided, the one KV head is copied. */
export function compressedTensors(a: CompressedAttention, hidden: number): readonly Tensor[] {
  return [
    copied(name("q_a_proj"), "attention", { out: a.queryRank, in: hidden }),
    vector(name("q_a_norm"), "attention", a.queryRank),
    cutRows(name("q_b_proj"), "attention", {
      out: a.heads * a.headDim,
      in: a.queryRank,
      units: a.heads,
    }),
    copied(name("kv_proj"), "attention", { out: a.headDim, in: hidden }),
    vector(name("kv_norm"), "attention", a.headDim),
    cutRows(name("o_a_proj"), "attention", {
      out: a.outGroups * a.outRank,
      in: (a.heads * a.headDim) / a.outGroups,
      units: a.outGroups,
    }),
    cutColumns(name("o_b_proj"), "attention", {
      out: hidden,
      in: a.outGroups * a.outRank,
      units: a.outGroups,
    }),
    cutBias(name("sinks"), "attention", { out: a.heads, units: a.heads }),
    ...(a.ratio === 0 ? [] : compressor(name("compressor"), a, { width: a.headDim, hidden })),
    ...(a.ratio === 0 || a.indexer === undefined ? [] : indexerTensors(a, a.indexer, hidden)),
  ];
}

function name(part: string): string {
  return `self_attn.${part}`;
}

/** Makes one entry of `ratio` tokens: values, gates of the mean, and a bias for each place. */
function compressor(
  module: string,
  { ratio, overlaps }: CompressedAttention,
  { width, hidden }: { readonly width: number; readonly hidden: number },
): readonly Tensor[] {
  const out = overlaps ? 2 * width : width;
  return [
    copied(`${module}.kv_proj`, "attention", { out, in: hidden }),
    copied(`${module}.gate_proj`, "attention", { out, in: hidden }),
    vector(`${module}.position_bias`, "attention", ratio * out),
    vector(`${module}.kv_norm`, "attention", width),
  ];
}

function indexerTensors(
  a: CompressedAttention,
  { heads, headDim }: Indexer,
  hidden: number,
): readonly Tensor[] {
  const module = name("compressor.indexer");
  return [
    ...compressor(module, a, { width: headDim, hidden }),
    copied(`${module}.q_b_proj`, "attention", { out: heads * headDim, in: a.queryRank }),
    copied(`${module}.scorer.weights_proj`, "attention", { out: heads, in: hidden }),
  ];
}
