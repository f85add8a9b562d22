import type { SpeedConstants } from "../../packages/core/src/capacity/speed-constants.ts";

/** One measurement, and what the laws say about it with given constants; seconds. */
export interface Case {
  readonly id: string;
  readonly engine: string;
  readonly architecture: string;
  readonly gpu: string;
  readonly family: string;
  /** How much it counts in the fit. */
  readonly weight: number;
  readonly measured: Times;
  readonly predict: (constants: SpeedConstants) => { readonly tpot: number; readonly ttft: number };
}

/** What was measured; a row may state only one of the two. */
export interface Times {
  readonly tpot?: number;
  readonly ttft?: number;
}
