import { deltaNetTensors, kimiDeltaTensors } from "./delta-net-tensors.ts";
import type { Lightning, Mamba1, Mamba2, RecurrentMixer, ShortConv } from "./recurrent.ts";
import { cutBias, cutColumns, cutFilters, cutRows, type Tensor, vector } from "./tensor.ts";

/** The weights of a recurrent mixer. Heads, groups and channels are divided over ranks like attention heads. */
export function recurrentTensors(mixer: RecurrentMixer, hidden: number): readonly Tensor[] {
  switch (mixer.form) {
    case "mamba2":
      return mamba2Tensors(mixer, hidden);
    case "mamba1":
      return mamba1Tensors(mixer, hidden);
    case "delta-net":
      return deltaNetTensors(mixer, hidden);
    case "kimi-delta":
      return kimiDeltaTensors(mixer, hidden);
    case "lightning":
      return lightningTensors(mixer, hidden);
    case "short-conv":
      return shortConvTensors(mixer, hidden);
    default:
      return mixer satisfies never;
  }
}

/** `in_proj` holds z, x, B, C and dt: one matrix in files, cut by heads and by groups. */
function mamba2Tensors(m: Mamba2, hidden: number): readonly Tensor[] {
  const inner = { out: m.heads * m.headDim, units: m.heads };
  const shared = { out: m.groups * m.stateDim, units: m.groups };
  const perHead = { out: m.heads, units: m.heads };
  const inputs = [inner, inner, shared, shared, perHead];
  const convolved = [inner, shared, shared];
  return [
    ...inputs.map((rows) => cutRows("mixer.in_proj", ROLE, { ...rows, in: hidden })),
    ...convolved.map((rows) => cutFilters("mixer.conv1d", ROLE, { ...rows, in: m.convWidth })),
    ...(m.convBias ? convolved.map((rows) => cutBias("mixer.conv1d.bias", ROLE, rows)) : []),
    ...["mixer.dt_bias", "mixer.A_log", "mixer.D"].map((name) => cutBias(name, ROLE, perHead)),
    ...(m.hasNorm ? [cutBias("mixer.norm", ROLE, inner)] : []),
    cutColumns("mixer.out_proj", ROLE, { out: hidden, in: inner.out, units: m.heads }),
    ...(m.projectionBias ? inputs.map((rows) => cutBias("mixer.in_proj.bias", ROLE, rows)) : []),
    ...((m.outBias ?? m.projectionBias) ? [vector("mixer.out_proj.bias", ROLE, hidden)] : []),
  ];
}

function mamba1Tensors(m: Mamba1, hidden: number): readonly Tensor[] {
  const inner = { out: m.inner, units: m.inner };
  const twice = { out: 2 * m.inner, units: m.inner };
  const small = m.timeRank + 2 * m.stateDim;
  return [
    cutRows("mixer.in_proj", ROLE, { ...twice, in: hidden }),
    cutFilters("mixer.conv1d", ROLE, { ...inner, in: m.convWidth }),
    ...(m.convBias ? [cutBias("mixer.conv1d.bias", ROLE, inner)] : []),
    cutColumns("mixer.x_proj", ROLE, { out: small, in: m.inner, units: m.inner }),
    cutRows("mixer.dt_proj", ROLE, { ...inner, in: m.timeRank }),
    cutBias("mixer.dt_proj.bias", ROLE, inner),
    cutFilters("mixer.A_log", ROLE, { ...inner, in: m.stateDim }),
    cutBias("mixer.D", ROLE, inner),
    ...(m.hasInnerNorms ? [vector("mixer.norms", ROLE, small)] : []),
    cutColumns("mixer.out_proj", ROLE, { out: hidden, in: m.inner, units: m.inner }),
    ...(m.projectionBias
      ? [cutBias("mixer.in_proj.bias", ROLE, twice), vector("mixer.out_proj.bias", ROLE, hidden)]
      : []),
  ];
}

function lightningTensors(m: Lightning, hidden: number): readonly Tensor[] {
  const inner = m.heads * m.headDim;
  const rows = { out: inner, in: hidden, units: m.heads };
  return [
    cutRows("self_attn.qkv_proj", ROLE, { ...rows, out: 3 * inner }),
    cutRows("self_attn.output_gate", ROLE, rows),
    cutBias("self_attn.norm", ROLE, rows),
    cutColumns("self_attn.out_proj", ROLE, { out: hidden, in: inner, units: m.heads }),
  ];
}

function shortConvTensors(m: ShortConv, hidden: number): readonly Tensor[] {
  const channels = { out: m.channels, units: m.channels };
  const three = { out: 3 * m.channels, units: m.channels };
  return [
    cutRows("conv.in_proj", ROLE, { ...three, in: hidden }),
    cutFilters("conv.conv", ROLE, { ...channels, in: m.convWidth }),
    cutColumns("conv.out_proj", ROLE, { out: hidden, in: m.channels, units: m.channels }),
    ...(m.hasBias
      ? [
          cutBias("conv.in_proj.bias", ROLE, three),
          cutBias("conv.conv.bias", ROLE, channels),
          vector("conv.out_proj.bias", ROLE, hidden),
        ]
      : []),
  ];
}

const ROLE = "attention";
