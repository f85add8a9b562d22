/** What one replica of a model is asked to hold. */
export interface LoadPoint {
  /** Tokens of the longest sequence, prompt and output together. */
  readonly maxSeqLen: number;
  /** Sequences of that length at once. */
  readonly sequences: number;
}

/** Whether a model can hold so much on the cards where it is, with all other models as they are planned. */
export interface LoadVerdict extends LoadPoint {
  readonly fits: boolean;
  /** What is against it; undefined where it fits. "context": the model reads no sequence so long. */
  readonly limit: "memory" | "batch-size" | "context" | undefined;
  /** The card with the least left when all is counted, and how much: negative where it is short. */
  readonly tightest: { readonly gpu: string; readonly leftBytes: number } | undefined;
  /** Tokens of KV cache that the sequences of one replica take, in the engine's blocks. */
  readonly kvTokens: number;
  /** KV cache of the largest rank. */
  readonly kvBytes: number;
  /**
   * What its engine would be told, as in a plan: the share of free memory (TensorRT-LLM, SGLang) or of the card
   * (vLLM). Undefined where it does not fit, and for engines without such a share.
   */
  readonly fraction: number | undefined;
}

/** One point of the line between what fits and what does not: no longer sequences fit. */
export interface FrontierPoint extends LoadPoint {
  /** KV tokens of all sequences together, as long as they may be. */
  readonly kvTokens: number;
}

/** A model of a plan whose load is looked at. */
export interface LoadSubject {
  readonly model: string;
  readonly replicas: number;
  readonly engine: string;
  /** Longest sequence that the model can read. */
  readonly maxContext: number;
  /** Most sequences that the fleet file lets one replica run; undefined where it does not say. */
  readonly mostSequences: number | undefined;
  /** Which of its engine's knobs is a share of memory. */
  readonly knob: "freeGpuMemFraction" | "gpuMemoryUtilization" | "memFractionStatic" | undefined;
  /** Where the plan stands. */
  readonly planned: LoadPoint;
}

/** Within what a limit is looked for. */
export interface LoadWithin {
  /** The most that the engine's share of memory may be, as `LoadVerdict.fraction` has it. */
  readonly mostFraction?: number;
  /** A number near the answer makes it come sooner. */
  readonly guess?: number;
}

/** Answers about the load of one model of a plan; nothing is searched, so each takes a millisecond or so. */
export interface LoadQuestion {
  readonly subject: LoadSubject;
  /** Whether a point fits. */
  readonly at: (point: LoadPoint) => LoadVerdict;
  /** The longest sequences of which so many fit; 0 where not even one token of them does. */
  readonly longest: (sequences: number, within?: LoadWithin) => number;
  /** The most sequences of a length that fit; 0 where none does. */
  readonly most: (maxSeqLen: number, within?: LoadWithin) => number;
}
