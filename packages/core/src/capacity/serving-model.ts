import type { Concurrency } from "./concurrency.ts";
import type { RequestShape } from "./request-shape.ts";
import type { RequestWork } from "./request-work.ts";
import type { ServingLimits } from "./serving-limits.ts";
import type { SpeedSetting } from "./speed-setting.ts";

/** One replica and the requests that it gets, with everything that does not depend on their rate. */
export interface ServingModel {
  readonly setting: SpeedSetting;
  readonly limits: ServingLimits;
  readonly shape: RequestShape;
  readonly concurrency: Concurrency;
  /** Requests a second that it can serve at the most. */
  readonly mostRate: number;
  /** Squared coefficient of variation of the times between arrivals: 1 for Poisson, 0 for constant. */
  readonly arrivalVariation: number;
  readonly prompt: PromptTimes;
  readonly work: RequestWork;
}

/** What prompts take of a replica. */
export interface PromptTimes {
  /** Mean seconds that a prompt keeps the replica busy, and the means of their square and cube. */
  readonly mean: number;
  readonly square: number;
  readonly cube: number;
  /** Until its last token is read, where nothing else is. */
  readonly alone: number;
  /** Of a step that reads any prompt. */
  readonly step: number;
  /** Of prompt tokens that fill a step. */
  readonly fullStep: number;
  /** Steps that it is read in on average, how they vary, and how they do so with its seconds. */
  readonly chunks: number;
  readonly chunkVariance: number;
  readonly chunkCovariance: number;
}
