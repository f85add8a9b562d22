/** Parallel sizes that the model or the engine does not have. */
export type LayoutReason =
  | TpDividesHeads
  | TpDividesKvHeads
  | TpDividesWidth
  | TpDividesVocabulary
  | TooManyStages
  | NoTensorParallel
  | EpDividesTp;

interface TpDividesHeads {
  readonly code: "tp-divides-heads";
  readonly tp: number;
  readonly heads: number;
}

/** KV heads are dealt out over the ranks, or each copied to as many ranks: one number divides the other. */
interface TpDividesKvHeads {
  readonly code: "tp-divides-kv-heads";
  readonly tp: number;
  readonly heads: number;
}

/** A rank would get no whole number of a feed-forward's columns. */
interface TpDividesWidth {
  readonly code: "tp-divides-width";
  readonly tp: number;
  readonly width: number;
}

/** A rank would get no whole number of the rows of a vocabulary that the engine pads by itself. */
interface TpDividesVocabulary {
  readonly code: "tp-divides-vocabulary";
  readonly engine: string;
  readonly tp: number;
  readonly vocabulary: number;
  /** What the engine makes of it. */
  readonly padded: number;
}

interface TooManyStages {
  readonly code: "too-many-stages";
  readonly pp: number;
  readonly layers: number;
}

/** An engine that deals out whole layers over its cards. */
interface NoTensorParallel {
  readonly code: "no-tensor-parallel";
  readonly engine: string;
  readonly tp: number;
}

interface EpDividesTp {
  readonly code: "ep-divides-tp";
  readonly ep: number;
  readonly tp: number;
}
