import { cutLayers } from "../model/layer-groups.ts";
import type { LayerGroup, ModelPart, ModelSpec } from "../model/model.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { derivedTerm } from "./term.ts";

/** Draft layers that the model's own files have: multi-token prediction. */
export function draftLayerCount(model: ModelSpec): number {
  return model.parts
    .filter(isOwnDraft)
    .flatMap(({ layers }) => layers)
    .reduce((sum, { count }) => sum + count, 0);
}

/**
 * The model with its first `count` draft layers loaded. An engine holds them on the last pipeline stage, their
 * K and V in its pool (reference/trtllm-memory.md, section 3). Made once for a model and count.
 */
export function withDraftLayers(model: ModelSpec, count: number): ModelSpec {
  if (count === 0) {
    return model;
  }
  const ofModel = KNOWN.get(model) ?? new Map<number, ModelSpec>();
  KNOWN.set(model, ofModel);
  const known = ofModel.get(count) ?? {
    ...model,
    parts: model.parts.map((part) => (isOwnDraft(part) ? loaded(part, count) : part)),
  };
  ofModel.set(count, known);
  return known;
}

function isOwnDraft({ kind, draft }: ModelPart): boolean {
  return kind === "draft" && draft === undefined;
}

/** Specs are frozen, and what is computed for one is kept by it. */
const KNOWN = new WeakMap<ModelSpec, Map<number, ModelSpec>>();

function loaded(part: ModelPart, count: number): ModelPart {
  return {
    ...part,
    isLoaded: true,
    layers: cutLayers(part.layers, 0, count),
    tensors: part.tensors.filter(({ name }) => layerIndex(name) < count),
  };
}

/** "mtp.1.enorm" belongs to the second; what has no number belongs to all. */
function layerIndex(name: string): number {
  return Number(/\.(\d+)\./.exec(name)?.[1] ?? 0);
}

/** Whether a draft is loaded beside the model: its own layers, or a head or model with files of its own. */
export function speculates(model: ModelSpec): boolean {
  return draftParts(model).some(({ isLoaded }) => isLoaded);
}

/** The model without the drafts that are loaded. Made once for a model. */
export function withoutDrafts(model: ModelSpec): ModelSpec {
  if (!speculates(model)) {
    return model;
  }
  const known = ALONE.get(model) ?? {
    ...model,
    parts: model.parts.map((part) => (part.kind === "draft" ? { ...part, isLoaded: false } : part)),
  };
  ALONE.set(model, known);
  return known;
}

const ALONE = new WeakMap<ModelSpec, ModelSpec>();

/** What a draft adds to the weights where an engine loads it later; nothing where the weights have it in. */
export function draftTerms(alone: MemoryTerm, together: MemoryTerm): readonly MemoryTerm[] {
  return together.bytes === alone.bytes
    ? []
    : [
        {
          ...derivedTerm({
            id: "draft",
            value: together.bytes - alone.bytes,
            law: "with_draft - alone",
            values: { with_draft: together.bytes, alone: alone.bytes },
            sources: ["berth-weights-law"],
          }),
          taken: "after-kv",
        },
      ];
}

/** Draft layers that are loaded. */
export function draftGroups(model: ModelSpec): readonly LayerGroup[] {
  return draftParts(model).flatMap(({ isLoaded, layers }) => (isLoaded ? layers : []));
}

function draftParts({ parts }: ModelSpec): readonly ModelPart[] {
  return parts.filter(({ kind }) => kind === "draft");
}
