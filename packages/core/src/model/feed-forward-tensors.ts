import type { DenseFeedForward, FeedForward, MoeFeedForward } from "./feed-forward.ts";
import { copied, cutBias, cutColumns, cutRows, type Tensor, vector } from "./tensor.ts";

/** The weights of a layer's feed-forward. */
export function feedForwardTensors(feedForward: FeedForward, hidden: number): readonly Tensor[] {
  switch (feedForward.kind) {
    case "dense":
      return denseTensors(feedForward, hidden);
    case "moe":
      return moeTensors(feedForward, hidden);
    case "none":
      return [];
    default:
      return feedForward satisfies never;
  }
}

function denseTensors(f: DenseFeedForward, hidden: number): readonly Tensor[] {
  const shape = { intermediate: f.intermediate, hidden, gated: f.gated };
  return [...mlp("mlp", "mlp", shape), ...(f.bias ? mlpBiases("mlp", "mlp", shape) : [])];
}

function moeTensors(f: MoeFeedForward, hidden: number): readonly Tensor[] {
  const gated = f.gated ?? true;
  const shape = { intermediate: f.intermediate, hidden: f.latent ?? hidden, gated };
  const experts = [
    ...mlp("mlp.experts", "expert", shape),
    ...(f.bias === true ? mlpBiases("mlp.experts", "expert", shape) : []),
  ];
  return [
    ...routerTensors(f, hidden),
    ...experts.map((tensor) => ({ ...tensor, copies: f.experts })),
    ...(f.latent === undefined ? [] : latentTensors(f.latent, hidden, f.latentBias === true)),
    ...(f.sharedIntermediate > 0 ? sharedTensors(f, hidden) : []),
    ...(f.beside === undefined ? [] : denseTensors(f.beside, hidden)),
  ];
}

function sharedTensors(f: MoeFeedForward, hidden: number): readonly Tensor[] {
  const shape = { intermediate: f.sharedIntermediate, hidden, gated: f.gated ?? true };
  return [
    ...mlp("mlp.shared_experts", "mlp", shape),
    ...(f.sharedBias === true ? mlpBiases("mlp.shared_experts", "mlp", shape) : []),
  ];
}

function routerTensors(f: MoeFeedForward, hidden: number): readonly Tensor[] {
  const extra = (f.bias === true ? f.experts : 0) + (f.routerExtra ?? 0);
  return [
    { ...copied("mlp.gate", "router", { out: f.experts, in: hidden }), isLinear: false },
    ...(extra > 0 ? [vector("mlp.gate.bias", "router", extra)] : []),
    ...(f.sharedGate ? [vector("mlp.shared_expert_gate", "router", hidden)] : []),
  ];
}

/** Into the experts' width and out of it. */
function latentTensors(latent: number, hidden: number, hasBias: boolean): readonly Tensor[] {
  return [
    copied("mlp.fc1_latent_proj", "mlp", { out: latent, in: hidden }),
    copied("mlp.fc2_latent_proj", "mlp", { out: hidden, in: latent }),
    ...(hasBias
      ? [
          vector("mlp.fc1_latent_proj.bias", "mlp", latent),
          vector("mlp.fc2_latent_proj.bias", "mlp", hidden),
        ]
      : []),
  ];
}

interface MlpShape {
  readonly intermediate: number;
  readonly hidden: number;
  readonly gated: boolean;
}

function mlp(
  module: string,
  role: "mlp" | "expert",
  { intermediate, hidden, gated }: MlpShape,
): readonly Tensor[] {
  return [
    ...inputs(gated).map((input) =>
      cutRows(`${module}.${input}`, role, { out: intermediate, in: hidden, units: intermediate }),
    ),
    cutColumns(`${module}.down_proj`, role, { out: hidden, in: intermediate, units: intermediate }),
  ];
}

function mlpBiases(
  module: string,
  role: "mlp" | "expert",
  { intermediate, hidden, gated }: MlpShape,
): readonly Tensor[] {
  return [
    ...inputs(gated).map((input) =>
      cutBias(`${module}.${input}.bias`, role, { out: intermediate, units: intermediate }),
    ),
    vector(`${module}.down_proj.bias`, role, hidden),
  ];
}

function inputs(gated: boolean): readonly string[] {
  return gated ? ["gate_proj", "up_proj"] : ["up_proj"];
}
