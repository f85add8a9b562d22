import type { Fields } from "../fields.ts";
import { MAX_LAYERS } from "../limits.ts";
import type { Differences, Family } from "./family.ts";

/** Qwen 1.5, 2, 2.5, QwQ, and the language models of Qwen 2 and 2.5 VL: q, k and v have biases, which the config does not say. */
export const qwen2: Family = {
  modelTypes: [
    "qwen2",
    "qwen2_vl",
    "qwen2_vl_text",
    "qwen2_5_vl",
    "qwen2_5_vl_text",
    "qwen2_5_omni_text",
  ],
  differences: (config) => ({ qkvBias: true, ...qwenWindow(config) }),
};

/** Layers from `max_window_layers` on slide, and only where `use_sliding_window` says so. */
export function qwenWindow(config: Fields): Differences {
  if (!config.flag("use_sliding_window", false)) {
    return { isSliding: () => false };
  }
  const first = config.raw("max_window_layers");
  const from = first === 0 ? 0 : config.count("max_window_layers", MAX_LAYERS, 28);
  return { isSliding: (layer) => layer >= from };
}
