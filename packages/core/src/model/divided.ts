import { queryHeads } from "./attention.ts";
import { feedForwardTensors } from "./feed-forward-tensors.ts";
import type { Layer, ModelSpec } from "./model.ts";

/** What tensor parallelism divides of a model, each number once, in the order of the layers. */
export interface Divided {
  readonly queryHeads: readonly number[];
  readonly kvHeads: readonly number[];
  /** Columns of dense and shared feed-forwards; routed experts are dealt out otherwise. */
  readonly widths: readonly number[];
  readonly vocabulary: number;
}

/** Collected once for a model: specs are frozen, and every layout of it asks. */
export function dividedOf(model: ModelSpec): Divided {
  const known = DIVIDED.get(model) ?? newDivided(model);
  DIVIDED.set(model, known);
  return known;
}

const DIVIDED = new WeakMap<ModelSpec, Divided>();

function newDivided(model: ModelSpec): Divided {
  const layers = model.layers.map(({ layer }) => layer);
  const each = (of: (layer: Layer) => readonly number[]): readonly number[] => [
    ...new Set(layers.flatMap(of)),
  ];
  return {
    queryHeads: each(({ attention }) => [queryHeads(attention) ?? []].flat()),
    kvHeads: each(kvHeadsOf),
    widths: each(({ feedForward }) =>
      feedForwardTensors(feedForward, model.hidden).flatMap(({ role, cut, units }) =>
        role === "mlp" && cut !== "none" ? [units] : [],
      ),
    ),
    vocabulary: model.vocab,
  };
}

/** A latent belongs to all heads and is on every rank; a layer that reads another's cache has no heads of its own. */
function kvHeadsOf({ attention }: Layer): readonly number[] {
  return "kvHeads" in attention && attention.sharesKv !== true ? [attention.kvHeads] : [];
}
