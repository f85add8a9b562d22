/** How far a TensorRT-LLM engine or checkpoint was settled when it was written. */
export interface Built {
  /** An engine has its limits built in; a checkpoint only its ranks. */
  readonly kind: "engine" | "checkpoint";
  /** The TensorRT-LLM version that wrote it, where it says so. */
  readonly version?: string;
  readonly tp: number;
  readonly pp: number;
  readonly ep: number;
  readonly limits?: BuiltLimits;
}

export interface BuiltLimits {
  readonly maxBatchSize: number;
  readonly maxNumTokens: number;
  readonly maxSeqLen: number;
  readonly maxBeamWidth: number;
}
