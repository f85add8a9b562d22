import type { Attention, HeadAttention, Indexer } from "./attention.ts";
import { compressedTensors } from "./compressed-tensors.ts";
import { latentTensors } from "./latent-tensors.ts";
import { recurrentTensors } from "./recurrent-tensors.ts";
import { copied, cutBias, cutColumns, cutRows, type Tensor, vector } from "./tensor.ts";

/** The weights of a layer's mixer. */
export function attentionTensors(attention: Attention, hidden: number): readonly Tensor[] {
  switch (attention.kind) {
    case "full":
    case "sliding":
    case "chunked":
    case "bidirectional":
      return headTensors(attention, hidden, "self_attn");
    case "mla":
      return latentTensors(attention, hidden);
    case "compressed":
      return compressedTensors(attention, hidden);
    case "recurrent":
      return recurrentTensors(attention, hidden);
    case "none":
      return [];
    default:
      return attention satisfies never;
  }
}

/** Attention by heads under the name of its module; the source of keys and values is as wide as the layer. */
export function headTensors(a: HeadAttention, hidden: number, module: string): readonly Tensor[] {
  return [
    ...projections(a, hidden, module),
    ...(a.qkvBias ? biases(a, module) : []),
    ...(a.outBias ? [vector(`${module}.o_proj.bias`, "attention", hidden)] : []),
    ...headNorms(a, module),
    ...gateAndSinks(a, hidden, module),
    ...(a.indexer === undefined ? [] : indexerTensors(a.indexer, hidden, module)),
  ];
}

interface Projection {
  readonly name: string;
  readonly out: number;
  readonly units: number;
}

/** Which of q, k and v the layer has, and how wide: a gate as wide as q is stored with it. */
function inputs(a: HeadAttention): readonly Projection[] {
  const q = a.heads * a.headDim * (a.outputGate === "element" ? 2 : 1);
  const k = a.kvHeads * a.headDim;
  const v = a.kvHeads * (a.valueHeadDim ?? a.headDim);
  return [
    { name: "q_proj", out: q, units: a.heads },
    ...(a.sharesKv === true ? [] : [{ name: "k_proj", out: k, units: a.kvHeads }]),
    ...(a.sharesKv === true || a.keyIsValue === true
      ? []
      : [{ name: "v_proj", out: v, units: a.kvHeads }]),
  ];
}

function projections(a: HeadAttention, hidden: number, module: string): readonly Tensor[] {
  return [
    ...inputs(a).map(({ name, out, units }) =>
      cutRows(`${module}.${name}`, "attention", { out, in: hidden, units }),
    ),
    cutColumns(`${module}.o_proj`, "attention", {
      out: hidden,
      in: a.heads * (a.valueHeadDim ?? a.headDim),
      units: a.heads,
    }),
  ];
}

function biases(a: HeadAttention, module: string): readonly Tensor[] {
  return inputs(a).map(({ name, out, units }) =>
    cutBias(`${module}.${name}.bias`, "attention", { out, units }),
  );
}

function headNorms(a: HeadAttention, module: string): readonly Tensor[] {
  if (a.qkNorm === "none") {
    return [];
  }
  const norm = (name: string, heads: number): Tensor =>
    a.qkNorm === "head"
      ? vector(`${module}.${name}`, "attention", a.headDim)
      : cutBias(`${module}.${name}`, "attention", { out: heads * a.headDim, units: heads });
  return [norm("q_norm", a.heads), ...(a.sharesKv === true ? [] : [norm("k_norm", a.kvHeads)])];
}

function gateAndSinks(a: HeadAttention, hidden: number, module: string): readonly Tensor[] {
  const heads = { out: a.heads, units: a.heads };
  return [
    ...(a.outputGate === "head"
      ? [cutRows(`${module}.g_proj`, "attention", { ...heads, in: hidden })]
      : []),
    ...(a.hasSinks === true ? [cutBias(`${module}.sinks`, "attention", heads)] : []),
  ];
}

/** MiniMax M3's indexer: queries of its own, one key of all heads, a norm of each. */
function indexerTensors(
  { heads, headDim }: Indexer,
  hidden: number,
  module: string,
): readonly Tensor[] {
  return [
    copied(`${module}.index_q_proj`, "attention", { out: heads * headDim, in: hidden }),
    copied(`${module}.index_k_proj`, "attention", { out: headDim, in: hidden }),
    vector(`${module}.index_q_norm`, "attention", headDim),
    vector(`${module}.index_k_norm`, "attention", headDim),
  ];
}
