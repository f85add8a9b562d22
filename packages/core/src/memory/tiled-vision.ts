import type { EngineFact } from "../engine/facts.ts";
import type { LargestImage } from "../model/largest-image.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { empiricalTerm } from "./term.ts";

/** Bytes of an activation in 16 bits, and of a colour that waits in 32. */
const ELEMENT = 2;
const COLOUR = 4;

/**
 * The tower of an encoder-decoder in vLLM's V0 engine, which runs it for every sequence of a batch at once: buffers as
 * wide as the tower of all patches of all tiles, the states of middle layers and the mask of patches by patches among
 * them, and the pixels in 32 bits.
 */
export function tiledVisionTerm(
  copies: EngineFact,
  { patches, patchInputs, hidden }: LargestImage,
  batch: number,
): MemoryTerm {
  return empiricalTerm({
    id: "vision",
    of: (bound) => batch * patches * (copies[bound] * ELEMENT * hidden + COLOUR * patchInputs),
    law: "batch * patches * (tower_copies * element_bytes * vision_hidden + colour_bytes * patch_inputs)",
    values: {
      batch,
      patches,
      tower_copies: copies.value,
      element_bytes: ELEMENT,
      vision_hidden: hidden,
      colour_bytes: COLOUR,
      patch_inputs: patchInputs,
    },
    facts: [copies],
  });
}
