import type { Layer, LayerGroup, ModelSpec } from "./model.ts";
import { evenStages, type Parallelism } from "./parallelism.ts";

/** Layers of the model, counted over all groups. */
export function layerCount(model: ModelSpec): number {
  return model.layers.reduce((sum, group) => sum + group.count, 0);
}

/** Runs of equal layers, from a list of layers in order. Equal means equal in every field. */
export function groupLayers(layers: readonly Layer[]): readonly LayerGroup[] {
  const groups: { count: number; layer: Layer; key: string }[] = [];
  for (const layer of layers) {
    const key = JSON.stringify(layer);
    const last = groups.at(-1);
    if (last?.key === key) {
      last.count += 1;
    } else {
      groups.push({ count: 1, layer, key });
    }
  }
  return groups.map(({ count, layer }) => ({ count, layer }));
}

/** The part of the groups that a pipeline stage holds: `count` layers from layer `start` on. */
export function cutLayers(
  groups: readonly LayerGroup[],
  start: number,
  count: number,
): readonly PlacedGroup[] {
  const cut: PlacedGroup[] = [];
  let first = 0;
  for (const group of groups) {
    const from = Math.max(first, start);
    const to = Math.min(first + group.count, start + count);
    if (to > from) {
      cut.push({ first: from, count: to - from, layer: group.layer });
    }
    first += group.count;
  }
  return cut;
}

/** A pipeline stage of a model that is divided so. */
export interface StagePlace {
  readonly parallelism: Parallelism;
  readonly stage: number;
}

/** First layer and number of layers of a stage: as `parallelism.stageLayers` says, or evenly divided. */
export function stageLayers(
  model: ModelSpec,
  { parallelism, stage }: StagePlace,
): { readonly start: number; readonly count: number } {
  const stages = parallelism.stageLayers ?? evenStages(layerCount(model), parallelism.pp);
  const start = stages.slice(0, stage).reduce((sum, layers) => sum + layers, 0);
  return { start, count: stages[stage] ?? 0 };
}

/** The groups of one pipeline stage. */
export function stageGroups(model: ModelSpec, place: StagePlace): readonly PlacedGroup[] {
  const { start, count } = stageLayers(model, place);
  return cutLayers(model.layers, start, count);
}

/** A run of equal layers with the index of its first layer in the model. */
export interface PlacedGroup extends LayerGroup {
  readonly first: number;
}
