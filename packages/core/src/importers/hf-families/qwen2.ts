import type { Fields } from "../fields.ts";
import { MAX_LAYERS } from "../limits.ts";
import type { Differences, Family } from "./family.ts";

/** Qwen 1.5, 2, 2.5 and QwQ: q, k and v have biases, which the config does not say. */
export const qwen2: Family = {
  modelTypes: ["qwen2"],
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
