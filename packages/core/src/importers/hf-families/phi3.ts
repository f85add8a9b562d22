import type { Family } from "./family.ts";

/** Phi 3, 3.5 and 4: q, k, v and gate, up are stored as one matrix each; the counts are Llama's. */
export const phi3: Family = {
  modelTypes: ["phi3"],
  differences: (config) => ({ isSliding: () => config.has("sliding_window") }),
};
