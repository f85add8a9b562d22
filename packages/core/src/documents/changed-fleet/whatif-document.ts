import type { PlanDocument } from "../plan-document.ts";
import type { FleetChange } from "./fleet-change.ts";

/** `berth/whatif@1`: what becomes of a plan when its fleet changes. */
export interface WhatIfDocument {
  readonly schema: "berth/whatif@1";
  readonly changes: readonly FleetChange[];
  readonly before: FleetState;
  readonly after: FleetState;
  readonly models: readonly ModelChange[];
  /** Cards to buy, best first, where they were asked for. */
  readonly buy?: readonly Purchase[];
  /** A better plan than `after` on the same cards, where trying others found sizes that these carry too. */
  readonly withoutBuying?: WithoutBuying;
  readonly warnings: readonly string[];
}

/** What a plan comes to. */
export interface FleetState {
  readonly status: PlanDocument["status"];
  readonly cards: number;
  /** Models with a place, and the names of those without one. */
  readonly placed: number;
  readonly unplaced: readonly string[];
  /** The share of what it wants that the worst-served model gets, in [0, 1]; 0 where one has no place. */
  readonly worstShare: number;
  readonly sequences: number;
  readonly kvTokens: number;
  /** What a million tokens cost that are read or written; absent without prices. */
  readonly costPerMillionTokens?: number;
  /** Output tokens a second that its models can give at the most; absent where none has a workload. */
  readonly mostTokensPerSecond?: number;
  /** Targets, and those of them that are met at the asked rates; absent where there are none. */
  readonly targets?: number;
  readonly targetsMet?: number;
  /** Models that are asked for no more than they can serve; absent where none has a rate. */
  readonly served?: number;
  /** Models that are to outlive a loss, and those of them that do; absent where none is to. */
  readonly toOutlive?: number;
  readonly outlive?: number;
  /** Why the others don't. */
  readonly notOutlived?: readonly { readonly model: string; readonly text: string }[];
}

export interface ModelChange {
  readonly model: string;
  /** Absent where it has no place. */
  readonly before?: ModelState;
  readonly after?: ModelState;
}

/** Replicas of a model that run in one way. */
export interface ReplicaLayout {
  readonly replicas: number;
  readonly quantization: string;
  readonly tp: number;
  readonly pp: number;
  /** Cards of each replica, by their kinds. */
  readonly cards: readonly { readonly gpu: string; readonly count: number }[];
}

/** How a model does in one of the two plans. */
export interface ModelState {
  readonly replicas: number;
  /** Its replicas, those that run alike together; `quantization`, `tp` and `pp` are those of the first. */
  readonly layouts: readonly ReplicaLayout[];
  readonly quantization: string;
  readonly tp: number;
  readonly pp: number;
  readonly gpus: readonly string[];
  readonly sequences: number;
  readonly kvTokens: number;
  /** Absent without a workload. */
  readonly requestsPerSecond?: number;
  readonly mostRequestsPerSecond?: number;
  readonly mostTokensPerSecond?: number;
  readonly isServed?: boolean;
  readonly targets?: number;
  readonly targetsMet?: number;
}

/** What the cards that are there come to with other sizes than those of their own plan. */
export interface WithoutBuying {
  readonly state: FleetState;
  /** The models that are sized otherwise. */
  readonly sizes: readonly {
    readonly model: string;
    readonly replicas: number;
    /** Of all replicas. */
    readonly sequences: number;
  }[];
}

/** One card more, planned again: what the fleet comes to with it. */
export interface Purchase {
  readonly gpu: string;
  readonly name: string;
  readonly host: string;
  readonly state: FleetState;
  /** Whether the fleet comes to more with it than without any, by the first of these that differs. */
  readonly brings: "models" | "served" | "targets" | "share" | "tokens" | "sequences" | "nothing";
  readonly watts: number;
  /** An hour of it, where the fleet file says. */
  readonly perHour?: number;
}
