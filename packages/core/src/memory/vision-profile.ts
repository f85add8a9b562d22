import type { EngineFact, FactTable } from "../engine/facts.ts";
import type { LargestImage } from "../model/largest-image.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { type Bound, empiricalTerm } from "./term.ts";

/** Bytes of a number in 16 bits, pixels among them. */
const ELEMENT = 2;

const KEPT = "image_tokens * hidden * features + patches * patch_inputs";
const VIDEO = "element_bytes * video_tokens * hidden * features";
const TOWER =
  "patches * (patch_inputs + tower_copies * vision_hidden + vision_ffn_width / tp) - activations";

export interface VisionProfile {
  readonly image: LargestImage;
  /** Width of the language model. */
  readonly hidden: number;
  readonly maxNumTokens: number;
  /** Images that all prompts of a step may have together; any number where absent. */
  readonly mostImages?: number;
  /** Ranks that divide the tower's feed-forwards. */
  readonly tp: number;
  /** What the language model's own profile takes. */
  readonly activations: MemoryTerm;
}

/** The image, or a video of the longest prompt where that is more tokens: what vLLM looks at. */
export function largestItem(image: LargestImage, maxSeqLen: number): LargestImage {
  const { video, tokens, patches } = image;
  if (video === undefined) {
    return image;
  }
  const { besideTokens, pairTokens, mostTokens } = video;
  const fits = Math.floor((maxSeqLen - besideTokens) / pairTokens) * pairTokens;
  const ofVideo = Math.min(mostTokens, Math.max(pairTokens, fits));
  return { ...image, tokens: ofVideo, patches: (ofVideo / tokens) * patches };
}

/** The facts that vLLM's law needs; undefined for an engine or version that has another. */
export function profileFacts(facts: FactTable): ProfileFacts | undefined {
  const kept = facts.find("visionKeptCopies");
  const tower = facts.find("visionTowerCopies");
  const video = facts.find("visionVideoTokens");
  return kept === undefined || tower === undefined
    ? undefined
    : { kept, tower, ...(video === undefined ? {} : { video }) };
}

export interface ProfileFacts {
  readonly kept: EngineFact;
  readonly tower: EngineFact;
  /** In versions that keep a video's room where middle layers are fed too (Qwen3-VL), timestamps and all. */
  readonly video?: EngineFact;
}

/**
 * What a vision tower adds to vLLM's profile run. It runs before the language model, on as many images of the largest
 * size as a step's tokens hold, and as its prompts may have, one at least. Their pixels and what the tower made of them stay while the language
 * model runs; so the peak is the larger of the tower's own, where pixels, hidden states and a feed-forward are alive,
 * and of the language model's with what stayed. This term is what goes beyond the language model's. Ranks divide the
 * tower's feed-forwards (mm_encoder_tp_mode "weights", the default), and nothing else of it.
 *
 * vLLM 0.11 to 0.13 scatters what it made of one video into room for 12.5 times its tokens, timestamps being text, where
 * the tower feeds middle layers too: 153,600 tokens for Qwen3-VL, as its log says.
 */
export function visionProfileTerm(
  { kept, tower, video }: ProfileFacts,
  { image, hidden, maxNumTokens, mostImages = Infinity, tp, activations }: VisionProfile,
): MemoryTerm {
  const { tokens, patches, patchInputs, features } = image;
  const images = Math.max(1, Math.min(mostImages, Math.floor(maxNumTokens / tokens)));
  const bytes = ELEMENT * images;
  const stays = tokens * hidden * features + patches * patchInputs;
  const videoTokens = features > 1 ? (video?.value ?? 0) : 0;
  const ofVideo = ELEMENT * videoTokens * hidden * features;
  const peak = (bound: Bound): number =>
    patches * (patchInputs + tower[bound] * image.hidden + image.feedForward / tp);
  return empiricalTerm({
    id: "vision",
    of: (bound) =>
      Math.max(kept[bound] * bytes * stays, ofVideo, bytes * peak(bound) - activations.bytes),
    law: `max(kept_copies * element_bytes * images * (${KEPT}), ${videoTokens === 0 ? "" : `${VIDEO}, `}element_bytes * images * ${TOWER})`,
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
      ...(videoTokens === 0 ? {} : { video_tokens: videoTokens }),
    },
    facts: videoTokens === 0 || video === undefined ? [kept, tower] : [kept, tower, video],
  });
}
