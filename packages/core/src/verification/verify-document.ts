import type { EngineId } from "../engine/engine.ts";
import type { LogFailure } from "../logs/log-document.ts";

/** `berth/verify@1`: what a plan says of memory against what was measured. Numbers are in their `unit`. */
export interface VerifyDocument {
  readonly schema: "berth/verify@1";
  /** Something was measured, nothing of it is outside its bounds, and no engine failed. */
  readonly holds: boolean;
  readonly measured: number;
  readonly outside: number;
  readonly gpus: readonly VerifiedGpu[];
  readonly deployments: readonly VerifiedDeployment[];
  readonly warnings: readonly string[];
}

/** A card, planned against measured. */
export interface VerifiedGpu {
  readonly id: string;
  readonly catalogId: string;
  readonly computeCapability: string;
  readonly comparisons: readonly Comparison[];
}

/** A deployment, planned against measured. */
export interface VerifiedDeployment {
  readonly model: string;
  readonly replica: number;
  /** Hub id, or the path of the model's files. */
  readonly source: string;
  readonly engine: { readonly id: EngineId; readonly version: string };
  readonly quantization: string;
  readonly tp: number;
  readonly pp: number;
  /** What the engine says of its version, where it says another one than the plan. */
  readonly runningVersion?: string;
  readonly ranks: readonly VerifiedRank[];
  readonly failures: readonly LogFailure[];
}

/** A rank, planned against measured. */
export interface VerifiedRank {
  readonly rank: number;
  readonly gpu: string;
  readonly catalogId: string;
  readonly computeCapability: string;
  readonly comparisons: readonly Comparison[];
  /** Terms of the plan, and "kv", of which nothing was measured apart from others. */
  readonly unmeasured: readonly string[];
}

/** One number of the plan, or a sum of some, beside what was measured of it. */
export interface Comparison {
  /** A term, or what it is a sum of: "weights", "outside-torch", "kv-tokens", "free-for-kv", "used". */
  readonly id: string;
  readonly unit: "bytes" | "tokens" | "blocks";
  /** Terms of the plan that are in it. */
  readonly terms: readonly string[];
  /** "derived" has no spread of its own: outside its bounds is a fault, not a correction. */
  readonly basis: "derived" | "empirical";
  readonly low: number;
  readonly planned: number;
  /** Absent where more than planned is no departure. */
  readonly high?: number;
  readonly measured: number;
  /** What may be lost in rounding. */
  readonly halfWidth: number;
  readonly difference: number;
  readonly verdict: "inside" | "below" | "above";
  /** Outside to the side on which memory or KV cache is short. */
  readonly isHarmful: boolean;
  /** Of a sum of terms: what is published of them, and what else is in the number. Absent for all others. */
  readonly own?: OwnTerms;
  readonly evidence: Evidence;
}

export interface OwnTerms {
  readonly lowBytes: number;
  readonly plannedBytes: number;
  readonly highBytes: number;
  /** What others hold on the card, where the engine's number is of all of it. */
  readonly besideBytes: number;
}

/** Where a measured number is from. */
export interface Evidence {
  readonly kind: "log" | "nvidia-smi" | "metrics";
  /** A file, a host or a URL. */
  readonly name: string;
  readonly line?: number;
  readonly text: string;
}
