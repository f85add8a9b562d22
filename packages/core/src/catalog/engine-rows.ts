import type { CrossAttentionRule } from "../engine/cross-attention.ts";
import type { ComputeFormat, EngineId } from "../engine/engine.ts";
import type { FactName } from "../engine/fact-names.ts";
import type { FactConditions } from "../engine/facts.ts";
import type { ResumeLimit } from "../engine/resume-limit.ts";
import type { WindowPoolRule } from "../engine/window-pool.ts";
import type { KvCacheDtype, Quantization } from "../model/quantization.ts";
import type { Basis } from "../report/sourced.ts";
import type { Cell } from "./rows.ts";

/** One engine of data/engines; keys and units are explained in data/README.md. */
export interface EngineRow {
  readonly id: EngineId;
  readonly title: string;
  readonly oldestVersion: string;
  readonly newestVersion: string;
  readonly defaults: {
    readonly maxBatchSize: Cell;
    readonly maxNumTokens: Cell;
    readonly kvFraction: Cell;
    readonly tokensPerBlock: Cell;
  };
  readonly cutsEmbedding: boolean;
  readonly zeroPointBits: Cell;
  readonly vocabularyPadding?: Cell;
  readonly cutsStagesUnevenly: boolean;
  readonly facts: readonly EngineFactRow[];
  readonly crossAttention: readonly CrossAttentionRule[];
  readonly resumeLimit?: ResumeLimit;
  readonly windowPools?: readonly WindowPoolRule[];
  readonly precisions: readonly PrecisionRow[];
}

export interface EngineFactRow extends FactConditions {
  readonly fact: FactName;
  readonly value: readonly [value: number, low: number, high: number];
  readonly basis: Basis;
  readonly source: string;
}

export interface PrecisionRow {
  readonly quantization?: Quantization;
  readonly kvCacheDtype?: KvCacheDtype;
  readonly computes?: ComputeFormat;
  readonly computeCapabilities: readonly string[];
  readonly from?: string;
  readonly before?: string;
  readonly source: string;
}
