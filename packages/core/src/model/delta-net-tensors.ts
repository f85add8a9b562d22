import type { DeltaNet, KimiDelta } from "./recurrent.ts";
import { copied, cutBias, cutColumns, cutFilters, cutRows, type Tensor, vector } from "./tensor.ts";

const ROLE = "attention";

/** Gated delta-net: q, k, v and the gate z are cut by heads, as are b and a, one number a value head each. */
export function deltaNetTensors(m: DeltaNet, hidden: number): readonly Tensor[] {
  const [qkv, z, b, a] =
    m.projections === "two"
      ? ["in_proj_qkvz", "in_proj_qkvz", "in_proj_ba", "in_proj_ba"]
      : ["in_proj_qkv", "in_proj_z", "in_proj_b", "in_proj_a"];
  const keys = { out: m.keyHeads * m.keyHeadDim, units: m.keyHeads };
  const values = { out: m.valueHeads * m.valueHeadDim, units: m.valueHeads };
  const perHead = { out: m.valueHeads, units: m.valueHeads };
  const inputs = [
    { name: qkv, rows: keys },
    { name: qkv, rows: keys },
    { name: qkv, rows: values },
    { name: z, rows: values },
    { name: b, rows: perHead },
    { name: a, rows: perHead },
  ];
  return [
    ...inputs.map(({ name, rows }) =>
      cutRows(`linear_attn.${name}`, ROLE, { ...rows, in: hidden }),
    ),
    ...[keys, keys, values].map((rows) =>
      cutFilters("linear_attn.conv1d", ROLE, { ...rows, in: m.convWidth }),
    ),
    cutBias("linear_attn.dt_bias", ROLE, perHead),
    cutBias("linear_attn.A_log", ROLE, perHead),
    vector("linear_attn.norm", ROLE, m.valueHeadDim),
    cutColumns("linear_attn.out_proj", ROLE, {
      out: hidden,
      in: values.out,
      units: m.valueHeads,
    }),
  ];
}

/** Kimi Delta Attention: the gates of forgetting and of the output are low-rank, of rank `headDim`. */
export function kimiDeltaTensors(m: KimiDelta, hidden: number): readonly Tensor[] {
  const inner = { out: m.heads * m.headDim, units: m.heads };
  const perHead = { out: m.heads, units: m.heads };
  const name = (part: string): string => `self_attn.${part}`;
  return [
    ...["q_proj", "k_proj", "v_proj"].map((part) =>
      cutRows(name(part), ROLE, { ...inner, in: hidden }),
    ),
    ...["q_conv1d", "k_conv1d", "v_conv1d"].map((part) =>
      cutFilters(name(part), ROLE, { ...inner, in: m.convWidth }),
    ),
    ...["f", "g"].flatMap((gate) => [
      copied(name(`${gate}_a_proj`), ROLE, { out: m.headDim, in: hidden }),
      cutRows(name(`${gate}_b_proj`), ROLE, { ...inner, in: m.headDim }),
    ]),
    cutRows(name("b_proj"), ROLE, { ...perHead, in: hidden }),
    cutBias(name("dt_bias"), ROLE, inner),
    cutBias(name("A_log"), ROLE, perHead),
    vector(name("o_norm"), ROLE, m.headDim),
    cutColumns(name("o_proj"), ROLE, { out: hidden, in: inner.out, units: m.heads }),
  ];
}
