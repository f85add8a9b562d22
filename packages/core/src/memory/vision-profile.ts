import type { EngineFact, FactTable } from "../engine/facts.ts";
import type { LargestImage } from "../model/largest-image.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { type Bound, empiricalTerm } from "./term.ts";

/** Bytes of a number in 16 bits, pixels among them. */
const ELEMENT = 2;

const KEPT = "image_tokens * hidden * features + patches * patch_inputs";
const TOWER =
  "patches * (patch_inputs + tower_copies * vision_hidden + vision_ffn_width / tp) - activations";

export interface VisionProfile {
  readonly image: LargestImage;
  /** Width of the language model. */
  readonly hidden: number;
  readonly maxNumTokens: number;
  /** Ranks that divide the tower's feed-forwards. */
  readonly tp: number;
  /** What the language model's own profile takes. */
  readonly activations: MemoryTerm;
}

/** The two facts that vLLM's law needs; undefined for an engine or version that has another. */
export function profileFacts(facts: FactTable): ProfileFacts | undefined {
  const kept = facts.find("visionKeptCopies");
  const tower = facts.find("visionTowerCopies");
  return kept === undefined || tower === undefined ? undefined : { kept, tower };
}

export interface ProfileFacts {
  readonly kept: EngineFact;
  readonly tower: EngineFact;
}

/**
 * What a vision tower adds to vLLM's profile run. It runs before the language model, on as many images of the largest
 * size as a step's tokens hold, one at least. Their pixels and what the tower made of them stay while the language
 * model runs; so the peak is the larger of the tower's own, where pixels, hidden states and a feed-forward are alive,
 * and of the language model's with what stayed. This term is what goes beyond the language model's. Ranks divide the
 * tower's feed-forwards (mm_encoder_tp_mode "weights", the default), and nothing else of it.
 */
export function visionProfileTerm(
  { kept, tower }: ProfileFacts,
  { image, hidden, maxNumTokens, tp, activations }: VisionProfile,
): MemoryTerm {
  const { tokens, patches, patchInputs, features } = image;
  const images = Math.max(1, Math.floor(maxNumTokens / tokens));
  const bytes = ELEMENT * images;
  const stays = tokens * hidden * features + patches * patchInputs;
  const peak = (bound: Bound): number =>
    patches * (patchInputs + tower[bound] * image.hidden + image.feedForward / tp);
  return empiricalTerm({
    id: "vision",
    of: (bound) => Math.max(kept[bound] * bytes * stays, bytes * peak(bound) - activations.bytes),
    law: `max(kept_copies * element_bytes * images * (${KEPT}), element_bytes * images * ${TOWER})`,
    values: {
      kept_copies: kept.value,
      element_bytes: ELEMENT,
      images,
      image_tokens: tokens,
      hidden,
      features,
      patches,
      patch_inputs: patchInputs,
      tower_copies: tower.value,
      vision_hidden: image.hidden,
      vision_ffn_width: image.feedForward,
      tp,
      activations: activations.bytes,
    },
    facts: [kept, tower],
  });
}
