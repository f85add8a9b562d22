import type { EngineRules } from "./rules.ts";

/**
 * PyTorch backend: f · (total − everything used at the profile's peak); activations, graphs and NCCL are
 * there when it measures, sliding windows are charged in full (reference/trtllm-memory.md, sections 2 and 3). The
 * small KV cache of its dry run is no part of that: both managers add it back to what is free, and versions that
 * don't (before 0.19) run without one.
 */
export const tensorrtLlm: EngineRules = {
  id: "tensorrt-llm",
  kvBase: "of-free",
  windows: "full",
  state: "term",
  printsByGroup: false,
  besideBudget: new Set(["headroom"]),
  beforeLoad: new Set(),
  draftsAfterKv: false,
  draftsOneEach: true,
  dropsTowers: false,
  keepsEmbeddingOnHost: false,
  needsShareFree: false,
  stepHoldsPrompt: false,
  kvCacheDtype: "bf16",
  options: new Set(["beamWidth", "attentionDp", "draftLayers", "draftTokens", "crossKvFraction"]),
  hasTensorParallel: true,
  spansHosts: true,
  lists: new Set(["ppPartition"]),
  dealsLayers: false,
  needsEqualRanks: true,
  followsLeastCard: false,
};
