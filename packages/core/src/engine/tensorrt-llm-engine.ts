import type { EngineRules } from "./rules.ts";

/**
 * TensorRT engines: f · (free after engine, execution context, runtime and decoder buffers); what libraries
 * take later is beside it (reference/trtllm-memory.md, section 1).
 */
export const tensorrtLlmEngine: EngineRules = {
  id: "tensorrt-llm-engine",
  kvBase: "of-free",
  windows: "full",
  state: "term",
  printsByGroup: false,
  besideBudget: new Set(["headroom"]),
  beforeLoad: new Set(),
  draftsAfterKv: false,
  draftsOneEach: false,
  dropsTowers: false,
  keepsEmbeddingOnHost: false,
  needsShareFree: false,
  stepHoldsPrompt: false,
  kvCacheDtype: "bf16",
  options: new Set(["beamWidth", "gpuWeightsPercent", "crossKvFraction"]),
  hasTensorParallel: true,
  spansHosts: false,
  lists: new Set(),
  dealsLayers: false,
  needsEqualRanks: true,
  followsLeastCard: false,
};
