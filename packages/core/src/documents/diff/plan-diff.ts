import type { MemoryKnobs } from "../../memory/starts/knobs.ts";
import type { PlanDocument, PlanObjective, PlanReplica } from "../plan-document.ts";
import type { EngineAspect } from "../staying/engine-aspects.ts";

/** `berth/plan-diff@1`: in what two plans differ. What is equal is not in it. */
export interface PlanDiff {
  readonly schema: "berth/plan-diff@1";
  /** Nothing below differs: the same engines with the same settings on the same cards. */
  readonly isSame: boolean;
  readonly models: readonly ReplicaDiff[];
  /** Models that have a place in one of the plans and are refused one in the other, or are refused in one only. */
  readonly unplaced: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly gpus: readonly GpuDiff[];
  readonly objective: { readonly before: PlanObjective; readonly after: PlanObjective };
}

/** "start" is when it starts and what it is told about memory: nothing that a running engine would notice. */
export type ChangedAspect = EngineAspect | "start";

/** In what a replica differs between two plans. */
export interface ReplicaDiff extends PlanReplica {
  readonly change: "added" | "removed" | "moved" | "resized" | "changed" | "reordered";
  /** Everything that differs; empty for what is in one plan only. */
  readonly aspects: readonly ChangedAspect[];
  /** Missing where it is added. */
  readonly before?: ReplicaPlace;
  /** Missing where it is removed. */
  readonly after?: ReplicaPlace;
}

/** Where and how a replica runs, in short. */
export interface ReplicaPlace {
  /** Hub id, or the path of the model's files. */
  readonly source: string;
  readonly gpus: readonly string[];
  readonly engine: PlanDocument["deployments"][number]["engine"];
  readonly quantization: string;
  readonly kvCacheDtype: string;
  readonly tp: number;
  readonly pp: number;
  readonly maxSeqLen: number;
  readonly concurrentSequences: number;
  readonly kvTokens: number;
  readonly startOrder: number;
  /** What its engine is told about memory. */
  readonly knobs: MemoryKnobs;
}

/** In what a card differs between two plans, in bytes. */
export interface GpuDiff {
  readonly id: string;
  /** Missing where the plan does not have the card. */
  readonly before?: GpuMemory;
  readonly after?: GpuMemory;
}

export interface GpuMemory {
  readonly memoryBytes: number;
  readonly usedByOthersBytes: number;
  readonly plannedBytes: number;
  readonly freeBytes: number;
}
