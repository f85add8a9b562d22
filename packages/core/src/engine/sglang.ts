import type { EngineRules } from "./rules.ts";

/**
 * KV = free after load − free before load · (1 − f), so the base is what was free at start: context and NCCL
 * come off it, activations and graphs live in the share that is left (reference/launchers.md, section 5;
 * boot log sgl-003 agrees to the second decimal).
 */
export const sglang: EngineRules = {
  id: "sglang",
  kvBase: "of-free-before-load",
  windows: "full",
  state: "pool",
  printsByGroup: false,
  besideBudget: new Set(["activations", "graphs", "headroom", "draft"]),
  beforeLoad: new Set(["context", "communication"]),
  draftsAfterKv: true,
  draftsOneEach: false,
  dropsTowers: false,
  keepsEmbeddingOnHost: false,
  needsShareFree: false,
  stepHoldsPrompt: false,
  kvCacheDtype: "bf16",
  options: new Set(["draftLayers", "draftTokens"]),
  hasTensorParallel: true,
  spansHosts: true,
  lists: new Set(["ppPartition"]),
  dealsLayers: false,
  needsEqualRanks: false,
  followsLeastCard: true,
};
