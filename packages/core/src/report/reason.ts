import type {
  HostMemoryShort,
  LostAtOnce,
  RateAfterLoss,
  ReplicasNeedHosts,
} from "./reason-hosts.ts";
import type { LayoutReason } from "./reason-layout.ts";

/** Every "no" that the planner can say, with its numbers. Sentences are made in reason-text.ts only. */
export type Reason =
  | MemoryShort
  | FleetShort
  | HostMemoryShort
  | SequenceTooLong
  | LayoutReason
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
  | ReplicasNeedHosts
  | LostAtOnce
  | RateAfterLoss
  | InTheWay
  | CrowdedOut
  | ConflictReason
  | ConflictUnknown;

/** A card can't hold one rank with the least that was asked for. */
export interface MemoryShort {
  readonly code: "memory-short";
  readonly gpu: string;
  readonly quantization: string;
  readonly layout: string;
  readonly ranks: number;
  /** Every rank needs as much; else this is the one that is named. */
  readonly isEven: boolean;
  readonly needBytes: number;
  readonly haveBytes: number;
  /** The engine's memory fraction, where that leaves less than there is free: `haveBytes` is its part. */
  readonly fraction?: number;
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

/** No host has the cards that the layout takes. */
export interface TooFewCards {
  readonly code: "too-few-cards";
  /** Cards of one group; of the whole replica where it needs no groups of cards that are alike. */
  readonly ranks: number;
  /** So many groups, one a pipeline stage. */
  readonly stages: number;
  /** The cards of a group are of one kind. */
  readonly isAlike: boolean;
  /** Such groups that the best host has, or such cards where one group is needed. */
  readonly most: number;
  /** It may be on several hosts, as many stages on each. */
  readonly maySpan?: true;
}

/** The model's `gpus` and `labels` leave no card of the fleet. */
export interface NoCardAllowed {
  readonly code: "no-card-allowed";
  readonly gpus: readonly string[];
  readonly labels: readonly string[];
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
  readonly wish: "gpus" | "labels" | "exclusive" | "notWith" | "spread" | "survive";
  /** What the wish names: cards, labels, or models; a spread or a survival names nothing. */
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

/** The smallest set of what was asked for that can't hold together, with what it takes at least and what there is. */
export interface ConflictReason {
  readonly code: "conflict";
  readonly members: readonly ConflictMember[];
  /** None of the members that were written can be left out; else the search stopped before it knew. */
  readonly isMinimal: boolean;
  /** No kind of default among the members can be left out; else the search stopped before it knew. */
  readonly areDefaultsNeeded: boolean;
  readonly cause: ConflictCause;
  /** What each model takes at least when all that is no member is given up; empty where no layout is legal. */
  readonly needs: readonly ConflictNeed[];
  /** Cards that the models may use, by kind and room. */
  readonly cards: readonly ConflictCards[];
  /** What all models take at least together; 0 where no layout is legal. */
  readonly needBytes: number;
  readonly haveBytes: number;
  /** Where the disks of hosts are a member. */
  readonly disk?: ConflictDisk;
  /** What cards in use may draw, where power budgets are a member. */
  readonly power?: readonly { readonly gpu: string; readonly watts: number }[];
}

/** What can't hold together was not found out. */
export interface ConflictUnknown {
  readonly code: "conflict-unknown";
  /**
   * limit: the search came to its limit. size: on so many cards it is not looked for who is in the way. place: nothing
   * was found to be in the way, so that a longer search may find a place.
   */
  readonly why: "limit" | "size" | "place";
}

/** What models read from disk at least, and what there is. */
export interface ConflictDisk {
  readonly needs: readonly { readonly model: string; readonly bytes: number }[];
  /** Of all hosts together; undefined where one of them has no limit. */
  readonly haveBytes: number | undefined;
}

/**
 * disk: the disks of all hosts hold less than the files of all take. capacity: the cards have less in all than is needed. fragmentation: they have enough in all, but no way of cutting
 * it fits the single cards. wishes: there would be a way but for what else was asked for. rules: no layout is legal.
 */
export type ConflictCause = "disk" | "capacity" | "fragmentation" | "wishes" | "rules" | "unknown";

/** One thing that was asked for: by a model, or by the fleet file for every card. */
export interface ConflictMember {
  readonly model?: string;
  /** "placed", or the fleet file's key. */
  readonly requirement: string;
  /** "8,192 tokens" */
  readonly said: string;
  /** Nobody wrote it. */
  readonly isDefault: boolean;
}

export interface ConflictNeed {
  readonly model: string;
  readonly replicas: number;
  readonly quantization: string;
  /** Cards of one replica. */
  readonly cards: number;
  /** On the fullest of them. */
  readonly bytesOnCard: number;
  /** The same on each of them. */
  readonly isEven: boolean;
}

export interface ConflictCards {
  /** Catalogue id. */
  readonly gpu: string;
  readonly count: number;
  /** Room on the fullest and on the emptiest of them. */
  readonly leastBytes: number;
  readonly mostBytes: number;
}
