import { groupLayers } from "../../model/layer-groups.ts";
import type { Layer, ModelPart } from "../../model/model.ts";
import { copied, vector } from "../../model/tensor.ts";

/**
 * Multi-token prediction layers, as DeepSeek V3 has them: each joins a token's embedding and the state
 * before it through norms and one matrix, and has a norm of its own before the model's head. Engines load them
 * only to speculate, and the published count leaves them out.
 */
export function draftPart(layers: readonly Layer[], hidden: number): ModelPart {
  return {
    kind: "draft",
    isCounted: false,
    isLoaded: false,
    hidden,
    layers: groupLayers(layers),
    tensors: layers.flatMap((_, index) => [
      // in 16 bits, whatever the rest is in
      {
        ...copied(`mtp.${index}.eh_proj`, "other", { out: hidden, in: 2 * hidden }),
        isLinear: false,
      },
      ...["enorm", "hnorm", "shared_head.norm"].map((name) =>
        vector(`mtp.${index}.${name}`, "norm", hidden),
      ),
    ]),
  };
}

/** For the reader of an estimate. */
export const DRAFT_NOTE = "its multi-token prediction layers are left out unless it speculates";
