import type { Attention, HeadAttention, LatentAttention } from "./attention.ts";
import type { DenseFeedForward, FeedForward, MoeFeedForward } from "./feed-forward.ts";
import type { Layer, ModelSpec } from "./model.ts";
import { copied, cutBias, cutColumns, cutRows, type Tensor, vector } from "./tensor.ts";

/** Every weight of one layer, in the names that Hugging Face checkpoints use. */
export function layerTensors(layer: Layer, hidden: number): readonly Tensor[] {
  return [
    ...attentionTensors(layer.attention, hidden),
    ...feedForwardTensors(layer.feedForward, hidden),
    ...Array.from({ length: layer.norms }, (_, i) => vector(`norm.${i}`, "norm", hidden)),
    ...(layer.normBias ? [vector("norm.bias", "norm", layer.norms * hidden)] : []),
  ];
}

/** The token embedding, divided by vocabulary rows. */
export function embeddingTensor(model: ModelSpec): Tensor {
  return {
    ...cutRows("model.embed_tokens", "embedding", {
      out: model.vocab,
      in: model.hidden,
      units: model.vocab,
    }),
    isLinear: false,
  };
}

/** The output head, divided by vocabulary rows. */
export function headTensor(model: ModelSpec): Tensor {
  return cutRows("lm_head", "head", { out: model.vocab, in: model.hidden, units: model.vocab });
}

function attentionTensors(attention: Attention, hidden: number): readonly Tensor[] {
  return attention.kind === "mla"
    ? latentTensors(attention, hidden)
    : headTensors(attention, hidden);
}

function headTensors(a: HeadAttention, hidden: number): readonly Tensor[] {
  const q = a.heads * a.headDim;
  const kv = a.kvHeads * a.headDim;
  const name = (part: string): string => `self_attn.${part}`;
  return [
    cutRows(name("q_proj"), "attention", { out: q, in: hidden, units: a.heads }),
    cutRows(name("k_proj"), "attention", { out: kv, in: hidden, units: a.kvHeads }),
    cutRows(name("v_proj"), "attention", { out: kv, in: hidden, units: a.kvHeads }),
    cutColumns(name("o_proj"), "attention", { out: hidden, in: q, units: a.heads }),
    ...(a.qkvBias
      ? [
          cutBias(name("q_proj.bias"), "attention", { out: q, units: a.heads }),
          cutBias(name("k_proj.bias"), "attention", { out: kv, units: a.kvHeads }),
          cutBias(name("v_proj.bias"), "attention", { out: kv, units: a.kvHeads }),
        ]
      : []),
    ...(a.outBias ? [vector(name("o_proj.bias"), "attention", hidden)] : []),
    ...(a.qkNorm
      ? [
          vector(name("q_norm"), "attention", a.headDim),
          vector(name("k_norm"), "attention", a.headDim),
        ]
      : []),
  ];
}

function latentTensors(a: LatentAttention, hidden: number): readonly Tensor[] {
  const queryHeadDim = a.nopeHeadDim + a.ropeHeadDim;
  const name = (part: string): string => `self_attn.${part}`;
  const query =
    a.queryRank === 0
      ? [
          cutRows(name("q_proj"), "attention", {
            out: a.heads * queryHeadDim,
            in: hidden,
            units: a.heads,
          }),
        ]
      : [
          copied(name("q_a_proj"), "attention", { out: a.queryRank, in: hidden }),
          vector(name("q_a_layernorm"), "attention", a.queryRank),
          cutRows(name("q_b_proj"), "attention", {
            out: a.heads * queryHeadDim,
            in: a.queryRank,
            units: a.heads,
          }),
        ];
  return [
    ...query,
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
  ];
}

function feedForwardTensors(feedForward: FeedForward, hidden: number): readonly Tensor[] {
  return feedForward.kind === "dense"
    ? denseTensors(feedForward, hidden)
    : moeTensors(feedForward, hidden);
}

function denseTensors(f: DenseFeedForward, hidden: number): readonly Tensor[] {
  const biases = f.bias
    ? [
        ...projections(f.gated).map((p) =>
          cutBias(`mlp.${p}.bias`, "mlp", { out: f.intermediate, units: f.intermediate }),
        ),
        vector("mlp.down_proj.bias", "mlp", hidden),
      ]
    : [];
  return [
    ...gatedMlp("mlp", "mlp", { intermediate: f.intermediate, hidden, gated: f.gated }),
    ...biases,
  ];
}

function moeTensors(f: MoeFeedForward, hidden: number): readonly Tensor[] {
  const experts = gatedMlp("mlp.experts", "expert", {
    intermediate: f.intermediate,
    hidden,
    gated: true,
  });
  const shared = gatedMlp("mlp.shared_experts", "mlp", {
    intermediate: f.sharedIntermediate,
    hidden,
    gated: true,
  });
  return [
    { ...copied("mlp.gate", "router", { out: f.experts, in: hidden }), isLinear: false },
    ...experts.map((tensor) => ({ ...tensor, copies: f.experts })),
    ...(f.sharedIntermediate > 0 ? shared : []),
    ...(f.sharedGate ? [vector("mlp.shared_expert_gate", "mlp", hidden)] : []),
  ];
}

interface MlpShape {
  readonly intermediate: number;
  readonly hidden: number;
  readonly gated: boolean;
}

function gatedMlp(
  prefix: string,
  role: "mlp" | "expert",
  { intermediate, hidden, gated }: MlpShape,
): readonly Tensor[] {
  return [
    ...projections(gated).map((p) =>
      cutRows(`${prefix}.${p}`, role, { out: intermediate, in: hidden, units: intermediate }),
    ),
    cutColumns(`${prefix}.down_proj`, role, { out: hidden, in: intermediate, units: intermediate }),
  ];
}

function projections(gated: boolean): readonly string[] {
  return gated ? ["gate_proj", "up_proj"] : ["up_proj"];
}
