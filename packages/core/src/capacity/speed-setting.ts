import type { SpeedConstants } from "./speed-constants.ts";
import type { StepWork } from "./step-work.ts";

/** One replica as the laws of time see it. */
export interface SpeedSetting {
  readonly stages: readonly StageSpeed[];
  readonly tp: number;
  /** Each tensor-parallel rank serves requests of its own. */
  readonly attentionDp: boolean;
  /** Stages work at the same time, each on a part of the batch; else one after another (llama.cpp). */
  readonly overlapsStages: boolean;
  /** Tokens of a draft that a step verifies for each sequence, itself included, and those it keeps; 1 and 1 without. */
  readonly speculation: Speculation;
}

export interface Speculation {
  readonly verified: number;
  readonly accepted: number;
}

export const NO_SPECULATION: Speculation = { verified: 1, accepted: 1 };

export interface StageSpeed {
  readonly work: StepWork;
  /** Its cards; a step takes as long as the slowest of them. Alike cards stand here once. */
  readonly cards: readonly CardSpeed[];
  /** Between its ranks. */
  readonly link: LinkSpeed;
  /** To the next stage; absent for the last. */
  readonly hop?: LinkSpeed;
}

/** What one card gives the laws. */
export interface CardSpeed {
  readonly bytesPerSecond: number;
  /** Peak of what its kernels multiply the weights in, and of 16 bits. */
  readonly flopsPerSecond: number;
  readonly plainFlopsPerSecond: number;
  readonly constants: SpeedConstants;
}

/** What ranks reach of a link, and the least that one exchange takes. */
export interface LinkSpeed {
  readonly bytesPerSecond: number;
  readonly seconds: number;
}
