import type { StagePlace } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { stateBytesPerSequence } from "./recurrent-state.ts";
import { derivedTerm } from "./term.ts";

/**
 * Recurrent state, held for every beam and slot of the batch and of each pipeline stage in flight
 * (reference/trtllm-memory.md, section 3). Nothing for models without such layers.
 */
export function stateTerms(
  model: ModelSpec,
  {
    maxBatchSize,
    beams = 1,
    ...place
  }: StagePlace & { readonly maxBatchSize: number; readonly beams?: number },
): readonly MemoryTerm[] {
  const state = stateBytesPerSequence(model, place);
  const slots = maxBatchSize * beams * place.parallelism.pp;
  return state === 0
    ? []
    : [
        derivedTerm({
          id: "state",
          value: slots * state,
          law: "slots * state_bytes",
          values: { slots, state_bytes: state },
          sources: ["trtllm-memory-reference"],
        }),
      ];
}
