import type { ComputeFormat, EngineId } from "../engine/engine.ts";
import type { Role } from "../model/tensor.ts";
import type { PlanTerm } from "./plan-document.ts";

/** `berth/estimate@1`: one model in one configuration, rank by rank. */
export interface EstimateDocument {
  readonly schema: "berth/estimate@1";
  readonly model: {
    readonly id: string;
    readonly parameters: {
      readonly total: number;
      readonly active: number;
      readonly byRole: Readonly<Record<Role, number>>;
    };
  };
  readonly engine: { readonly id: EngineId; readonly version: string };
  readonly quantization: string;
  readonly kvCacheDtype: string;
  /** Storing in a format and computing in it are two verdicts. */
  readonly precision: EstimatePrecision;
  readonly maxBatchSize: number;
  readonly maxNumTokens: number;
  readonly maxSeqLen: number;
  readonly tokensPerBlock: number;
  /** What was asked of the engine's own fraction, or its default; absent where it has none. */
  readonly kvFraction?: number;
  /** Settings that only some engines have; absent where nothing was asked. */
  readonly options?: EstimateOptions;
  readonly ranks: readonly EstimateRank[];
  /**
   * What the whole deployment holds: the least of the ranks, after the engine's rounding; under attention
   * data-parallelism as often as there are tensor-parallel ranks.
   */
  readonly kvTokens: number;
  readonly kvTokensLow: number;
  readonly kvTokensHigh: number;
  /** How many sequences of maxSeqLen that is. */
  readonly maxSequences: number;
  /** Where a sequence may start only beside so much of the KV cache in use (max_util_for_resume); absent elsewhere. */
  readonly start?: { readonly share: number; readonly tokensPerSequence: number };
  /** Blocks of the KV cache that no sequence gets; absent where there are none. */
  readonly nullBlocks?: number;
  readonly fits: boolean;
  /**
   * Chance in [0, 1] that one sequence of maxSeqLen fits on every rank, and everything together on every card:
   * the terms are independent, each a two-piece normal distribution with its bounds as the 95 % interval.
   */
  readonly fitProbability: number;
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  readonly warnings: readonly string[];
}

export interface EstimatePrecision {
  readonly weights: PrecisionVerdict;
  readonly kvCache: PrecisionVerdict;
}

export interface PrecisionVerdict {
  readonly stores: string;
  /** What kernels multiply in on this card; absent where no source says, or where nothing runs it. */
  readonly computes?: ComputeFormat;
  /** Ids of data/sources.json; none where the engine can't run it on this card. */
  readonly sources: readonly string[];
}

export type EstimateOptions = Pick<
  EstimateRequest,
  | "beamWidth"
  | "gpuWeightsPercent"
  | "attentionDp"
  | "draftLayers"
  | "draftTokens"
  | "imagesPerPrompt"
  | "tensorSplit"
  | "ppPartition"
  | "crossKvFraction"
  | "throughHost"
>;

/** What one rank of an estimate holds, and what it leaves its KV cache. */
export interface EstimateRank {
  readonly rank: number;
  readonly gpu: string;
  readonly memoryBytes: number;
  /** Layers that it holds, whole or its share of each. */
  readonly layers: number;
  readonly terms: readonly PlanTerm[];
  readonly kv: {
    readonly bytesPerToken: number;
    readonly bytesPerSequence: number;
    readonly budgetBytes: number;
    readonly blocks: number;
    readonly tokens: number;
    /** Absent without cross-attention. */
    readonly cross?: EstimateCross;
  };
}

/** K and V of another sequence (audio, image, source text) on one rank. */
export interface EstimateCross {
  readonly bytesPerToken: number;
  /** In whole blocks, whatever the sequence's own length. */
  readonly tokensPerSequence: number;
  /** Share of the budget that a pool of its own gets; absent, like its tokens, where it shares the one pool. */
  readonly share?: number;
  readonly tokens?: number;
}

/** The keys of one line of `berth estimate --batch`; the flags carry the same names. */
export interface EstimateRequest {
  readonly id?: string;
  readonly engine?: string;
  readonly engineVersion?: string;
  /** One kind for all ranks, or a card for each: "rtx-3090,rtx-4090", "2xrtx-3090,rtx-4090", or a list. */
  readonly gpu?: string | readonly string[];
  /** For all ranks, or one for each. */
  readonly gpuMemoryMiB?: number | readonly number[];
  /** For all ranks, or one for each. */
  readonly usedMiB?: number | readonly number[];
  readonly tp?: number;
  readonly pp?: number;
  readonly ep?: number;
  readonly quantization?: string;
  readonly kvCacheDtype?: string;
  readonly maxSeqLen?: number;
  readonly maxNumTokens?: number;
  readonly maxBatchSize?: number;
  readonly kvFraction?: number;
  readonly tokensPerBlock?: number;
  /** Beams of each sequence, where the engine searches itself. */
  readonly beamWidth?: number;
  /** Share in [0, 1] of the streamable weights that a TensorRT engine keeps on the card. */
  readonly gpuWeightsPercent?: number;
  /** Each tensor-parallel rank serves requests of its own: attention is whole on every rank. */
  readonly attentionDp?: boolean;
  /** Draft layers of the model that are loaded to speculate. */
  readonly draftLayers?: number;
  /** Tokens that a draft proposes before the model looks at them; as many as draft layers where absent. */
  readonly draftTokens?: number;
  /** Most images that a prompt may have, 0 being text only; as many as fit where absent (--limit-mm-per-prompt). */
  readonly imagesPerPrompt?: number;
  /** llama.cpp's shares of the layers, one for each card; in proportion to free memory where absent. */
  readonly tensorSplit?: readonly number[];
  /** Layers of each pipeline stage; as the engine cuts them where absent. */
  readonly ppPartition?: readonly number[];
  /** Share in (0, 1) of the KV cache for what cross-attention reads (cross_kv_cache_fraction). */
  readonly crossKvFraction?: number;
  /** Ranks reach each other through the host only, whatever their cards could do: a machine without peer access. */
  readonly throughHost?: boolean;
}
