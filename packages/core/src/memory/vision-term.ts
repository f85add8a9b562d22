import type { FactTable } from "../engine/facts.ts";
import type { LargestImage } from "../model/largest-image.ts";
import type { ModelSpec } from "../model/model.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { empiricalTerm } from "./term.ts";
import { tiledVisionTerm } from "./tiled-vision.ts";
import {
  largestItem,
  profileFacts,
  type VisionProfile,
  visionProfileTerm,
} from "./vision-profile.ts";

/** Bytes of an activation: BF16 or FP16. */
const ELEMENT = 2;

export interface VisionLoad {
  readonly maxNumTokens: number;
  readonly maxBatchSize: number;
  readonly maxSeqLen: number;
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
  load: VisionLoad,
): readonly MemoryTerm[] {
  const tower = model.parts.find(({ kind, isLoaded }) => kind === "vision" && isLoaded);
  if (tower === undefined || !load.isFirstStage || model.run?.imagesPerPrompt === 0) {
    return [];
  }
  const { image } = tower;
  if (image?.isOfSequence === true) {
    const tiled = facts.find("visionTileCopies");
    return tiled === undefined ? [] : [tiledVisionTerm(tiled, image, load.maxBatchSize)];
  }
  const profile = profileFacts(facts);
  return profile === undefined || image === undefined
    ? assumedTerms(model, facts, load)
    : [visionProfileTerm(profile, profileOf(model, image, load))];
}

/** What vLLM runs when it looks at a tower. */
function profileOf(
  { hidden, run = {} }: ModelSpec,
  image: LargestImage,
  { maxNumTokens, maxBatchSize, maxSeqLen, tp, activations }: VisionLoad,
): VisionProfile {
  const { imagesPerPrompt } = run;
  const load = { hidden, maxNumTokens, tp, activations };
  // who limits images lets no video in
  return imagesPerPrompt === undefined
    ? { ...load, image: largestItem(image, maxSeqLen) }
    : { ...load, image, mostImages: imagesPerPrompt * maxBatchSize };
}

/** Buffers as wide as the hidden state for each token of a step, how many being assumed. */
function assumedTerms(
  { hidden }: ModelSpec,
  facts: FactTable,
  { maxNumTokens }: VisionLoad,
): readonly MemoryTerm[] {
  const copies = facts.find("visionHiddenCopies");
  return copies === undefined
    ? []
    : [
        empiricalTerm({
          id: "vision",
          of: (bound) => copies[bound] * ELEMENT * maxNumTokens * hidden,
          law: "vision_copies * element_bytes * tokens * hidden",
          values: {
            vision_copies: copies.value,
            element_bytes: ELEMENT,
            tokens: maxNumTokens,
            hidden,
          },
          facts: [copies],
        }),
      ];
}
