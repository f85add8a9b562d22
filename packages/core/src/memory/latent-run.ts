import type { LatentRun } from "../model/attention.ts";
import type { LayerGroup, ModelSpec } from "../model/model.ts";

/** The model with its latent attention as the engine has it; the model itself where it has none. Made once for both. */
export function withLatentRun(model: ModelSpec, run: LatentRun | undefined): ModelSpec {
  if (run === undefined || !hasLatents(model)) {
    return model;
  }
  const ofModel = KNOWN.get(model) ?? new Map<LatentRun, ModelSpec>();
  KNOWN.set(model, ofModel);
  const known = ofModel.get(run) ?? {
    ...model,
    notes: [...model.notes, ...(run.absorbs === true ? [ABSORBS] : [])],
    layers: model.layers.map((group) => latentGroup(group, run)),
    parts: model.parts.map((part) => ({
      ...part,
      layers: part.layers.map((group) => latentGroup(group, run)),
    })),
  };
  ofModel.set(run, known);
  return known;
}

/** For the reader of an estimate. */
const ABSORBS =
  "with latent attention this version was seen in one posted log only, which held gigabytes more outside PyTorch than other models do";

/** Engines have few ways, each one object. */
const KNOWN = new WeakMap<ModelSpec, Map<LatentRun, ModelSpec>>();

/** Whether layers of the model are latent attention. */
export function hasLatents({ layers }: ModelSpec): boolean {
  return layers.some(({ layer }) => layer.attention.kind === "mla");
}

function latentGroup(group: LayerGroup, run: LatentRun): LayerGroup {
  const { attention } = group.layer;
  return attention.kind === "mla"
    ? { ...group, layer: { ...group.layer, attention: { ...attention, run } } }
    : group;
}
