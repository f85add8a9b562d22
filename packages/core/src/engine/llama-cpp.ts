import type { EngineRules } from "./rules.ts";

/**
 * The cache holds the cells of -c, all sequences together, in F16 unless told otherwise; layers are dealt out
 * over the cards in proportion to what is free, the embedding stays on the host, and sliding layers keep window
 * plus micro-batch (reference/launchers.md, section 5; truth/boot-logs.md).
 */
export const llamaCpp: EngineRules = {
  id: "llama.cpp",
  kvBase: "as-asked",
  windows: "cells",
  state: "sequence",
  printsByGroup: false,
  besideBudget: new Set(),
  beforeLoad: new Set(),
  draftsAfterKv: false,
  draftsOneEach: false,
  dropsTowers: false,
  keepsEmbeddingOnHost: true,
  needsShareFree: false,
  stepHoldsPrompt: false,
  kvCacheDtype: "fp16",
  options: new Set(),
  hasTensorParallel: false,
  spansHosts: false,
  lists: new Set(["tensorSplit"]),
  dealsLayers: true,
  needsEqualRanks: false,
  followsLeastCard: false,
};
