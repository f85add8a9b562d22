import type { ModelSpec } from "../model/model.ts";

/** Whether a model has gated delta nets, whose kernels an engine tunes when it starts. Looked up once for a model. */
export function hasDeltaRule(model: ModelSpec): boolean {
  const known = KNOWN.get(model) ?? model.layers.some(({ layer }) => isDelta(layer.attention));
  KNOWN.set(model, known);
  return known;
}

const KNOWN = new WeakMap<ModelSpec, boolean>();

function isDelta(attention: ModelSpec["layers"][number]["layer"]["attention"]): boolean {
  return attention.kind === "recurrent" && attention.form === "delta-net";
}
