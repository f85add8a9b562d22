import type { FactTable } from "../engine/facts.ts";
import type { ModelSpec } from "../model/model.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { empiricalTerm } from "./term.ts";

/** Bytes of an activation: BF16 or FP16. */
const ELEMENT = 2;

/**
 * What a vision tower adds to a profile run, on the ranks of the first stage: the encoder's output for as many
 * tokens as a step has (vLLM's encoder cache, which stays while the language model is profiled), and by how much
 * the tower's own peak may exceed the language model's, whose moment is another. Counted in buffers as wide as the
 * hidden state. How many is assumed: nobody published a profile with and without the tower. Nothing for models
 * without a tower, or where an engine runs it elsewhere.
 */
export function visionTerms(
  model: ModelSpec,
  facts: FactTable,
  { maxNumTokens, isFirstStage }: { readonly maxNumTokens: number; readonly isFirstStage: boolean },
): readonly MemoryTerm[] {
  const copies = facts.find("visionHiddenCopies");
  const hasTower = model.parts.some(({ kind, isLoaded }) => kind === "vision" && isLoaded);
  if (copies === undefined || !hasTower || !isFirstStage) {
    return [];
  }
  return [
    empiricalTerm({
      id: "vision",
      of: (bound) => copies[bound] * ELEMENT * maxNumTokens * model.hidden,
      law: "vision_copies * element_bytes * tokens * hidden",
      values: {
        vision_copies: copies.value,
        element_bytes: ELEMENT,
        tokens: maxNumTokens,
        hidden: model.hidden,
      },
      facts: [copies],
    }),
  ];
}
