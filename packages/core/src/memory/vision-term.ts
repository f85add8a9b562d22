import type { FactTable } from "../engine/facts.ts";
import type { ModelSpec } from "../model/model.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { empiricalTerm } from "./term.ts";
import { profileFacts, visionProfileTerm } from "./vision-profile.ts";

/** Bytes of an activation: BF16 or FP16. */
const ELEMENT = 2;

export interface VisionLoad {
  readonly maxNumTokens: number;
  readonly maxBatchSize: number;
  readonly isFirstStage: boolean;
  readonly tp: number;
  /** What the language model's own profile takes. */
  readonly activations: MemoryTerm;
}

/**
 * What a vision tower adds to a profile run, on the ranks of the first stage; nothing for models without a tower,
 * where no prompt may have an image, or where an engine runs it elsewhere. Where the engine's profile and the tower's largest image are known, their law;
 * else buffers as wide as the hidden state for each token of a step, how many being assumed.
 */
export function visionTerms(
  model: ModelSpec,
  facts: FactTable,
  { maxNumTokens, maxBatchSize, isFirstStage, tp, activations }: VisionLoad,
): readonly MemoryTerm[] {
  const copies = facts.find("visionHiddenCopies");
  const tower = model.parts.find(({ kind, isLoaded }) => kind === "vision" && isLoaded);
  const perPrompt = model.run?.imagesPerPrompt;
  if (copies === undefined || tower === undefined || !isFirstStage || perPrompt === 0) {
    return [];
  }
  const profile = profileFacts(facts);
  if (profile !== undefined && tower.image !== undefined) {
    const { image } = tower;
    const { hidden } = model;
    const most = perPrompt === undefined ? {} : { mostImages: perPrompt * maxBatchSize };
    const load = { image, hidden, maxNumTokens, tp, activations, ...most };
    return [visionProfileTerm(profile, load)];
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
