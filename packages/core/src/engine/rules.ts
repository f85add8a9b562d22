import type { LatentRun } from "../model/attention.ts";
import type { KvCacheDtype } from "../model/quantization.ts";
import type { EngineId } from "./engine.ts";

/**
 * What an engine's fraction is a fraction of, and so how large its KV cache becomes:
 * - `of-free`: f · (free memory with everything else in place)
 * - `of-total`: f · total − what this engine itself takes; other processes don't count
 * - `of-total-less-others`: f · total − everything that is used on the card
 * - `of-free-before-load`: f · (free memory before the weights) − what was loaded
 * - `as-asked`: there is no fraction; the cache holds the tokens that were asked for
 */
export type KvBase =
  | "of-free"
  | "of-total"
  | "of-total-less-others"
  | "of-free-before-load"
  | "as-asked";

/**
 * How layers that don't keep whole sequences are held: `full` charges windows with every token; `pages` has a
 * pool of equal pages for layers of all kinds (vLLM); `cells` holds each window in cells of its own (llama.cpp).
 */
export type WindowRule = "full" | "pages" | "cells";

/**
 * Where recurrent state lives: in a `term` of its own for every slot of the batch, in `pages` of the KV pool, in
 * a `pool` that takes a share of what the KV cache would get, or with each `sequence`.
 */
export type StateRule = "term" | "pages" | "pool" | "sequence";

/**
 * Settings that only some engines have: beams held by the engine itself, weights streamed from host memory,
 * attention data-parallelism, draft layers in the model's own pool, tokens that a draft proposes, a limit of images,
 * and a pool of its own for cross-attention.
 */
export type EngineOption =
  | "beamWidth"
  | "gpuWeightsPercent"
  | "attentionDp"
  | "draftLayers"
  | "draftTokens"
  | "imagesPerPrompt"
  | "crossKvFraction";

/** How layers go over cards: the sizes of pipeline stages (pp_partition), or shares of them (--tensor-split). */
export type LayerList = "ppPartition" | "tensorSplit";

/** How an engine counts, as far as it is not a number. One engine is one file beside this. */
export interface EngineRules {
  readonly id: EngineId;
  readonly kvBase: KvBase;
  readonly windows: WindowRule;
  readonly state: StateRule;
  /** With pages, prints blocks over groups instead of what sequences of full length would hold. */
  readonly printsByGroup: boolean;
  /** Terms that the engine holds but does not take into account when it sizes its KV cache. */
  readonly besideBudget: ReadonlySet<string>;
  /** Terms that are there before the weights are loaded. */
  readonly beforeLoad: ReadonlySet<string>;
  /** Loads a draft once its KV cache is there, so that the share is of the model alone. */
  readonly draftsAfterKv: boolean;
  /** Each of the model's own draft layers proposes one token, no more and no fewer. */
  readonly draftsOneEach: boolean;
  /** Does not load towers that no prompt may use. */
  readonly dropsTowers: boolean;
  /** The token embedding stays in host memory; the head, tied or not, is on the card. */
  readonly keepsEmbeddingOnHost: boolean;
  /** Refuses to start where less than its share is free. */
  readonly needsShareFree: boolean;
  /** One step holds a whole prompt, unless prompts are cut (vLLM V0 below its chunking limit). */
  readonly stepHoldsPrompt: boolean;
  /** How it has latent attention, where it caches more than the latent or keeps more than the model's matrices. */
  readonly latents?: LatentRun;
  /** With latent attention one step holds a whole prompt, however long. */
  readonly latentStepHoldsPrompt?: boolean;
  /** How "auto" keeps K and V where the checkpoint does not say. */
  readonly kvCacheDtype: KvCacheDtype;
  /** What it can be told beside its limits; for other engines a request with it is refused. */
  readonly options: ReadonlySet<EngineOption>;
  /** Can divide a layer over ranks. */
  readonly hasTensorParallel: boolean;
  /** A plan may put its pipeline stages on several hosts. */
  readonly spansHosts: boolean;
  /** Lists of layers that it can be told. */
  readonly lists: ReadonlySet<LayerList>;
  /** Deals layers out over all its cards in proportion to what is free on them. */
  readonly dealsLayers: boolean;
  /** Ranks of a tensor parallel group must be on cards of one compute capability. */
  readonly needsEqualRanks: boolean;
  /** Its defaults and its KV cache follow the least of its cards; else its defaults follow the first. */
  readonly followsLeastCard: boolean;
}
