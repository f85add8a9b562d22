/** `berth/watch@1`: a plan beside what its cards and engines hold at one moment. What nobody measured is absent. */
export interface WatchDocument {
  readonly schema: "berth/watch@1";
  /** When it was measured, as ISO 8601. */
  readonly at: string;
  /** No alarm. */
  readonly holds: boolean;
  readonly gpus: readonly WatchedGpu[];
  readonly engines: readonly WatchedEngine[];
  readonly alarms: readonly WatchAlarm[];
  /** Where it was measured: hosts and metrics endpoints. */
  readonly sources: readonly WatchSource[];
}

/** A card that the plan uses. */
export interface WatchedGpu {
  readonly id: string;
  readonly host: string;
  readonly uuid?: string;
  readonly memoryBytes: number;
  /** What the plan counts for its own engines, and for others. */
  readonly plannedBytes: number;
  readonly othersPlannedBytes: number;
  /** The sum of both: what the plan allows to be held. */
  readonly allowedBytes: number;
  /** What is most likely held when all engines are up. */
  readonly likelyBytes: number;
  /** Less than this left of what the plan allows is an alarm. */
  readonly nearBytes: number;
  readonly usedBytes?: number;
  readonly freeBytes?: number;
  /** Held by processes that are of no engine of the plan. */
  readonly othersBytes?: number;
  readonly shares: readonly WatchedShare[];
}

/** What one engine, or several that can't be told apart, hold of a card. */
export interface WatchedShare {
  readonly engines: readonly string[];
  readonly plannedBytes: number;
  /** Processes that are theirs. */
  readonly processes: number;
  readonly usedBytes?: number;
}

/** The KV cache of an engine, in tokens. */
export interface WatchedEngine {
  readonly name: string;
  readonly engine: string;
  readonly gpus: readonly string[];
  readonly kvPlannedTokens: number;
  readonly kvTokens?: number;
  readonly kvUsedTokens?: number;
}

/** Something that a watch asks, and whether it answered. */
export interface WatchSource {
  readonly name: string;
  readonly isUp: boolean;
  /** Why it could not be read. */
  readonly problem?: string;
}

/** Something that departs from the plan, or comes near. */
export type WatchAlarm = { readonly text: string } & WatchFinding;

export type WatchFinding =
  | {
      readonly code: "card-near" | "card-over";
      readonly gpu: string;
      readonly usedBytes: number;
      readonly allowedBytes: number;
    }
  | {
      readonly code: "others-hold-more";
      readonly gpu: string;
      readonly plannedBytes: number;
      readonly foundBytes: number;
    }
  | { readonly code: "card-missing"; readonly gpu: string }
  | {
      readonly code: "engine-over";
      readonly engine: string;
      readonly gpu: string;
      readonly usedBytes: number;
      readonly allowedBytes: number;
    }
  | {
      readonly code: "kv-short";
      readonly engine: string;
      readonly plannedTokens: number;
      readonly tokens: number;
    };
