/** Every "no" that the planner can say, with its numbers. Sentences are made in reason-text.ts only. */
export type Reason =
  | MemoryShort
  | FleetShort
  | SequenceTooLong
  | TpDividesHeads
  | TooManyStages
  | EpDividesTp
  | PrecisionUnsupported
  | KvDtypeUnsupported
  | GroupsCut
  | MixedTensorParallel
  | MemoryUnbalanced
  | CrossAttentionUnknown
  | CrossAttentionInStages
  | CrossTokensShort
  | TooFewCards
  | NoCardAllowed
  | ReplicasNeedCards
  | InTheWay
  | CrowdedOut;

/** A card can't hold one rank with the least that was asked for. */
export interface MemoryShort {
  readonly code: "memory-short";
  readonly gpu: string;
  readonly quantization: string;
  readonly layout: string;
  readonly needBytes: number;
  readonly haveBytes: number;
}

/** All cards that can run it hold less than the model needs in any layout and precision that it may use. */
export interface FleetShort {
  readonly code: "fleet-short";
  readonly quantization: string;
  /** There were others to choose from, and this one comes nearest. */
  readonly isSmallest: boolean;
  readonly needBytes: number;
  readonly weightBytes: number;
  readonly haveBytes: number;
  readonly cards: number;
}

/** The KV cache holds less than one sequence of full length. */
export interface SequenceTooLong {
  readonly code: "sequence-too-long";
  readonly maxSeqLen: number;
  readonly kvTokens: number;
}

export interface TpDividesHeads {
  readonly code: "tp-divides-heads";
  readonly tp: number;
  readonly heads: number;
}

export interface TooManyStages {
  readonly code: "too-many-stages";
  readonly pp: number;
  readonly layers: number;
}

export interface EpDividesTp {
  readonly code: "ep-divides-tp";
  readonly ep: number;
  readonly tp: number;
}

export interface PrecisionUnsupported {
  readonly code: "precision-unsupported";
  readonly engine: string;
  readonly quantization: string;
  readonly computeCapability: string;
}

export interface KvDtypeUnsupported {
  readonly code: "kv-dtype-unsupported";
  readonly engine: string;
  readonly kvCacheDtype: string;
  readonly computeCapability: string;
}

/** A rank's columns are no whole number of the groups that share a scale. */
export interface GroupsCut {
  readonly code: "groups-cut";
  readonly quantization: string;
  readonly tensor: string;
  readonly columns: number;
  readonly groupSize: number;
}

/** Ranks that share each layer are on cards of several compute capabilities. */
export interface MixedTensorParallel {
  readonly code: "mixed-tensor-parallel";
  readonly engine: string;
  readonly capabilities: readonly string[];
}

/** The engine starts only where no card has much less free than another. */
export interface MemoryUnbalanced {
  readonly code: "memory-unbalanced";
  readonly engine: string;
  /** What the least must have of the most, in (0, 1). */
  readonly share: number;
  readonly leastBytes: number;
  readonly mostBytes: number;
}

/** No source says that this version of the engine runs the family's cross-attention. */
export interface CrossAttentionUnknown {
  readonly code: "cross-attention-unknown";
  readonly engine: string;
  readonly version: string;
  readonly family: string;
}

/** The engine runs cross-attention in one pipeline stage and without attention data-parallelism only. */
export interface CrossAttentionInStages {
  readonly code: "cross-attention-in-stages";
  readonly engine: string;
}

/** One sequence fits, but not with the tokens of another that its cross-attention reads. */
export interface CrossTokensShort {
  readonly code: "cross-tokens-short";
  readonly maxSeqLen: number;
  readonly crossTokens: number;
}

/** No host has as many cards of one kind as the layout has ranks. */
export interface TooFewCards {
  readonly code: "too-few-cards";
  readonly ranks: number;
  readonly most: number;
}

/** The model's `gpus` names no card of the fleet. */
export interface NoCardAllowed {
  readonly code: "no-card-allowed";
  readonly gpus: readonly string[];
}

/** Two replicas of one model never share a card, and there are fewer cards with room than that takes. */
export interface ReplicasNeedCards {
  readonly code: "replicas-need-cards";
  readonly replicas: number;
  readonly ranks: number;
  readonly cards: number;
}

/** It would fit but for a wish of the fleet file: a pin, an exclusive card, two models kept apart. */
export interface InTheWay {
  readonly code: "in-the-way";
  readonly wish: "gpus" | "exclusive" | "notWith";
  /** What the wish names: cards, or models. */
  readonly names: readonly string[];
}

/** It fits alone, but not beside what is placed before it. */
export interface CrowdedOut {
  readonly code: "crowded-out";
  readonly by: readonly string[];
  /** The least that one replica takes, over all its cards. */
  readonly needBytes: number;
  /** What the plan leaves free on all cards together. */
  readonly freeBytes: number;
}
