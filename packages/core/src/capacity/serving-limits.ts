import type { Seconds, Tokens } from "../units/units.ts";

/** What one replica can hold, and how its engine admits requests. */
export interface ServingLimits {
  /** What its KV cache holds, in tokens. */
  readonly kvTokens: Tokens;
  readonly tokensPerBlock: Tokens;
  /** Sequences of one step. */
  readonly maxBatchSize: number;
  /** Tokens of one step: a decoding sequence counts 1, a prompt its uncached tokens. */
  readonly maxNumTokens: Tokens;
  readonly maxSeqLen: Tokens;
  /** A prompt may be read in several steps, beside sequences that decode. */
  readonly hasChunkedPrefill: boolean;
  /**
   * `guaranteed-no-evict` starts a request when its prompt and longest output have blocks; `max-utilization`
   * when its prompt has, and pauses the newest one when blocks run out.
   */
  readonly policy: SchedulerPolicy;
  /** Prompts find the blocks of a prefix that an earlier prompt left. */
  readonly reusesPrefix: boolean;
}

export type SchedulerPolicy = "guaranteed-no-evict" | "max-utilization";

/** What one step of an engine computes. */
export interface StepLoad {
  /** Sequences that get one more token. */
  readonly decodes: number;
  /** Tokens in the KV cache of all of these together. */
  readonly decodeContext: number;
  /** Tokens of prompts that the step reads. */
  readonly prefillTokens: number;
  /** Pairs of a prompt token with a token at or before it: n·(n + 1)/2 for a prompt of n read at once. */
  readonly prefillPairs: number;
}

/** How long a step takes; the roofline gives one, a test may give any. */
export type StepTime = (load: StepLoad) => Seconds;

/** How much later than its steps a request has its tokens, while the engine goes on with others. */
export interface FirstTokenDelay {
  /** From arrival to the first token beside all steps. */
  readonly serverSeconds: Seconds;
  /** Of a part of a prompt through the stages of a pipeline that the step does not wait for. */
  readonly passage: (load: Pick<StepLoad, "prefillTokens" | "prefillPairs">) => Seconds;
}
