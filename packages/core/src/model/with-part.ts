import type { ModelPart, ModelSpec } from "./model.ts";

/** The model with a LoRA adapter, a draft or another part loaded beside it. */
export function withPart(model: ModelSpec, part: ModelPart): ModelSpec {
  return { ...model, parts: [...model.parts, { ...part, isLoaded: true }] };
}
