import type { KvCacheDtype } from "../model/quantization.ts";
import type { KnownEngineId } from "./engine.ts";

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
 * What sliding-window layers cost: `full` keeps every token, `held` what a request can hold of its
 * window and of one step, `cells` a fixed number of cells for each sequence.
 */
export type WindowRule = "full" | "held" | "cells";

/** How an engine counts, as far as it is not a number. One engine is one file beside this. */
export interface EngineRules {
  readonly id: KnownEngineId;
  readonly kvBase: KvBase;
  readonly windows: WindowRule;
  /** Terms that the engine holds but does not take into account when it sizes its KV cache. */
  readonly besideBudget: ReadonlySet<string>;
  /** Terms that are there before the weights are loaded. */
  readonly beforeLoad: ReadonlySet<string>;
  /** The token embedding stays in host memory; the head, tied or not, is on the card. */
  readonly keepsEmbeddingOnHost: boolean;
  /** Refuses to start where less than its share is free. */
  readonly needsShareFree: boolean;
  /** One step holds a whole prompt, unless prompts are cut (vLLM V0 below its chunking limit). */
  readonly stepHoldsPrompt: boolean;
  /** How "auto" keeps K and V where the checkpoint does not say. */
  readonly kvCacheDtype: KvCacheDtype;
  /** Can divide a layer over ranks. */
  readonly hasTensorParallel: boolean;
}
