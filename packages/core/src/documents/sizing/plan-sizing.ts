import type { SettledWay } from "../../placement/planned-model.ts";
import type { Loss } from "../../placement/survive.ts";

/** What the replicas of a model that are left after any one loss do together. */
export interface PlanSurvival {
  readonly loss: Loss;
  readonly leastSequences: number;
  /** They carry that many requests a second too, as far as `serves` says; absent without a rate. */
  readonly requestsPerSecond?: number;
}

/** Requests a second of one replica. */
export interface PlanServes {
  /** At the most; a router sends each replica its part of the sum. */
  readonly mostRequestsPerSecond: number;
  /** As long as all targets are met; the same without any. */
  readonly withinTargetsPerSecond: number;
}

/** How many replicas a model with a rate got, and why. */
export interface PlanSizing {
  readonly model: string;
  readonly replicas: number;
  /** Sequences of full length that each replica is to hold, where the fleet file does not say. */
  readonly sequencesEach?: number;
  /** Its batch, where the fleet file does not say. */
  readonly maxBatchSize?: number;
  /** They have cards of their own: beside other models they would carry less. */
  readonly exclusive?: true;
  /** How and where they run was chosen together with the other models, which may be on the same cards. */
  readonly settled?: SettledWay;
  readonly requestsPerSecond: number;
  /** Where the rate is a trace's: its file, and the seconds of it, the busiest, in which so much is asked for. */
  readonly trace?: { readonly file: string; readonly busiestSeconds: number };
  /** What all of them carry within its targets. */
  readonly carriesPerSecond: number;
  /** The worst loss that it is to outlive, and what is carried then. */
  readonly afterLoss?: { readonly lost: string; readonly carriesPerSecond: number };
  readonly isEnough: boolean;
  readonly text: string;
}
