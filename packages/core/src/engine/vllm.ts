import type { LatentRun } from "../model/attention.ts";
import type { EngineRules } from "./rules.ts";
import { compareVersions } from "./version.ts";

/** From here on the V1 engine is the default. */
const FIRST_V1 = "0.8.0";
/** From here on V0 counts its own growth (vLLM PR 10511) instead of everything that is used on the card. */
const FIRST_OWN_GROWTH = "0.6.5";
/** From here on layers of several kinds share one pool of pages. */
const FIRST_PAGES = "0.9.0";
/** From here on the printed size is what sequences of full length hold (0.20 does not yet, 0.22 does). */
const FIRST_BY_SEQUENCE = "0.21.0";
/** From here on the estimate of CUDA graphs is taken off the budget. */
const FIRST_GRAPHS_INSIDE = "0.21.0";
/** From here on the latent is cached; before, K and V of each head in the 256 elements that its kernels had (pull request 12528). */
const FIRST_LATENTS = "0.7.1";
/** From here on to the last V0 a latent takes whole runs of 256 bytes (pull request 12676; 14766 in 0.8.0 ends it). */
const FIRST_ROUNDED_LATENTS = "0.7.2";
/** From here on every model's towers stay out where no prompt may use them (pull request 32605); before, some did. */
const FIRST_WITHOUT_TOWERS = "0.15.0";

/**
 * f · total − (weights + peak of activations + growth outside PyTorch). V1 measures from after the CUDA
 * context, so the context is held beside the share; the first V0 versions counted it, and all other processes.
 * Start is refused where less than the share is free (V1; reference/launchers.md, section 5).
 */
export function vllmRules(version: string): EngineRules {
  const isV1 = compareVersions(version, FIRST_V1) >= 0;
  const countsOwnGrowth = compareVersions(version, FIRST_OWN_GROWTH) >= 0;
  const graphsInside = compareVersions(version, FIRST_GRAPHS_INSIDE) >= 0;
  const hasPages = compareVersions(version, FIRST_PAGES) >= 0;
  const latents = latentsOf(version);
  return {
    id: "vllm",
    kvBase: countsOwnGrowth ? "of-total" : "of-total-less-others",
    windows: hasPages ? "pages" : "full",
    state: "pages",
    printsByGroup: compareVersions(version, FIRST_BY_SEQUENCE) < 0,
    besideBudget: new Set([
      "headroom",
      ...(countsOwnGrowth ? ["context"] : []),
      ...(graphsInside ? [] : ["graphs"]),
    ]),
    beforeLoad: new Set(),
    draftsAfterKv: false,
    draftsOneEach: false,
    dropsTowers: compareVersions(version, FIRST_WITHOUT_TOWERS) >= 0,
    keepsEmbeddingOnHost: false,
    needsShareFree: isV1,
    stepHoldsPrompt: !isV1,
    ...(latents === undefined ? {} : { latents, latentStepHoldsPrompt: latents !== LATENTS.heads }),
    kvCacheDtype: "bf16",
    options: new Set(["draftLayers", "draftTokens", "imagesPerPrompt"]),
    hasTensorParallel: true,
    spansHosts: true,
    lists: new Set(["ppPartition"]),
    dealsLayers: false,
    needsEqualRanks: false,
    followsLeastCard: false,
  };
}

const LATENTS = {
  heads: { cachedHeadDim: 256 },
  absorbed: { absorbs: true },
  // 128 elements of 16 bits
  rounded: { absorbs: true, roundedTo: 128 },
} as const satisfies Readonly<Record<string, LatentRun>>;

/** V0 on latent attention: without it, then with absorbed matrices, and without cutting prompts. */
function latentsOf(version: string): LatentRun | undefined {
  if (compareVersions(version, FIRST_V1) >= 0) {
    return undefined;
  }
  if (compareVersions(version, FIRST_LATENTS) < 0) {
    return LATENTS.heads;
  }
  return compareVersions(version, FIRST_ROUNDED_LATENTS) < 0 ? LATENTS.absorbed : LATENTS.rounded;
}
