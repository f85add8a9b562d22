import type { PlanDocument } from "@berth/core";
import type { CapacityCurve, CapacityDocument } from "@berth/core/capacity";
import type { Asked } from "./protocol.ts";

/** What the page asks of what a plan serves. */
export interface CapacityQuestions {
  /** What `berth capacity` says of the plan. */
  readonly capacity: { readonly ask: CapacityAsk; readonly answer: CapacityDocument };
  /** How fast one model answers at every rate; undefined where it has no place. */
  readonly curve: { readonly ask: CurveAsk; readonly answer: CapacityCurve | undefined };
  /** The same document with the occupancy of the KV caches over time. A "stop" ends it without an answer. */
  readonly monteCarlo: {
    readonly ask: MonteCarloAsk;
    readonly answer: CapacityDocument;
    readonly progress: SimulatorProgress;
  };
  /** The same document with every request of one replica of each kind. A "stop" ends it without an answer. */
  readonly simulation: {
    readonly ask: SimulationAsk;
    readonly answer: CapacityDocument;
    readonly progress: SimulatorProgress;
  };
}

export interface CapacityAsk {
  readonly workspace: Asked;
  /** The plan of the workspace. */
  readonly plan: PlanDocument;
  /** In (0, 1). */
  readonly percentiles: readonly number[];
}

export interface CurveAsk extends CapacityAsk {
  readonly model: string;
}

export interface SimulationAsk extends CapacityAsk {
  readonly minutes: number;
  readonly seed: number;
}

export interface MonteCarloAsk extends SimulationAsk {
  readonly paths: number;
}

/** How far a Monte Carlo or a simulation is. */
export interface SimulatorProgress {
  /** The model whose replicas are under way. */
  readonly model: string;
  /** How much of all is done, in [0, 1]. */
  readonly done: number;
}
