import type { EngineId } from "../engine/engine.ts";
import type { MemoryKnobs } from "../memory/starts/knobs.ts";
import type { DraftFiles } from "../model/model.ts";
import type { KvCacheDtype, Quantization } from "../model/quantization.ts";
import type { Basis } from "../report/sourced.ts";
import type { EmptyCards } from "./empty/empty-card.ts";
import type { MadeFrom } from "./made-from.ts";
import type { PlanAsked } from "./plan-asked.ts";
import type { PlanHost } from "./plan-host.ts";
import type { UnplacedModel } from "./plan-unplaced.ts";
import type { PlanServes, PlanSurvival } from "./sizing/plan-sizing.ts";

/**
 * `berth/plan@1`: what `berth plan` prints and every later command reads. Sizes are plain numbers
 * with their unit in the name. All memory in it counts terms at `plannedBytes`, so what it promises
 * holds as long as no engine takes more: with the probability `chanceToFit`.
 */
export interface PlanDocument extends PlanAsked, EmptyCards {
  readonly schema: "berth/plan@1";
  /** "infeasible" when a model is unplaced; what could be placed is placed all the same. */
  readonly status: "optimal" | "feasible" | "infeasible";
  readonly objective: PlanObjective;
  /** Least probability that every engine stays within what is planned for it, in [0, 1]. */
  readonly chanceToFit: number;
  /** What was asked for; more than `chanceToFit` only where engines stay, which hold what was planned for them. */
  readonly chanceWanted: number;
  readonly solveSeconds: number;
  readonly hosts: readonly PlanHost[];
  readonly gpus: readonly PlanGpu[];
  readonly deployments: readonly PlanDeployment[];
  readonly unplaced: readonly UnplacedModel[];
  readonly warnings: readonly string[];
  /** What it was made from; absent in plans of earlier versions. */
  readonly madeFrom?: MadeFrom;
  /** From the plan that runs to this one, where it was made from one. */
  readonly transition?: PlanTransition;
  /** The next best plans, best first, where they were asked for. */
  readonly alternatives?: readonly PlanAlternative[];
}

/** Another plan, in which some model runs in another precision or layout or on another kind of card. */
export interface PlanAlternative {
  /** Stages of the objective in which it differs from the best plan. */
  readonly trades: readonly {
    readonly id: string;
    readonly best: number;
    readonly value: number;
  }[];
  /** How models run that run otherwise, one text a replica; none where it has no place. */
  readonly differs: readonly {
    readonly model: string;
    readonly best: readonly string[];
    readonly instead: readonly string[];
  }[];
  /** Whole, and without alternatives of its own. */
  readonly plan: PlanDocument;
}

/** What stays, and the stops and starts, one after another, that make the rest. */
export interface PlanTransition {
  /** Share of what it wants that a minute of loading again must buy; "never" where nothing buys a move. */
  readonly moveCost: number | "never";
  readonly stays: readonly PlanReplica[];
  readonly steps: readonly PlanStep[];
  /** Engines that run, are stopped and started again, wherever. */
  readonly restarts: number;
  /** Of those, the ones of which no engine runs for a while, since the old one has to make room. */
  readonly interrupted: readonly PlanReplica[];
  /** How long the started engines load their weights, one after another. */
  readonly loadSeconds: number;
}

/** Which replica of which model. */
export interface PlanReplica {
  readonly model: string;
  readonly replica: number;
}

/** One stop or start on the way from a running plan. */
export interface PlanStep extends PlanReplica {
  readonly action: "stop" | "start";
  readonly gpus: readonly string[];
  readonly why: string;
  /** How long a started engine loads its weights, at the rate of `data/loading.json`. */
  readonly loadSeconds?: number;
}

export interface PlanObjective {
  /** The share of what it wants that the worst-served model gets, in [0, 1]. */
  readonly value: number;
  readonly bound: number;
  /** (bound - value) / bound; 0 with a proof. */
  readonly gap: number;
  readonly terms: readonly {
    readonly id: string;
    readonly value: number;
    readonly bound: number;
  }[];
}

/** A card of a plan, in bytes. */
export interface PlanGpu {
  readonly id: string;
  readonly host: string;
  readonly index: number;
  readonly uuid?: string;
  readonly name: string;
  readonly catalogId: string;
  readonly computeCapability: string;
  /** Names that the fleet file gives the card or its host. */
  readonly labels?: readonly string[];
  /** Whether it corrected memory errors when the plan was made, where the inventory says. */
  readonly hasEcc?: boolean;
  /** What CUDA can see. */
  readonly memoryBytes: number;
  readonly usedByOthersBytes: number;
  readonly reserveBytes: number;
  /** What is counted for every engine's terms, and its KV cache. */
  readonly plannedBytes: number;
  /** memoryBytes - usedByOthersBytes - reserveBytes - plannedBytes. */
  readonly freeBytes: number;
  /** Least probability that the engines on it stay within what is planned for them. */
  readonly chanceToFit: number;
}

/** One replica of a model: where it runs, with which limits, and what its engine is told. */
export interface PlanDeployment {
  /** Name in the fleet file; what clients ask for. */
  readonly model: string;
  /** Hub id, or the path of the model's files. */
  readonly source: string;
  readonly replica: number;
  readonly engine: { readonly id: EngineId; readonly version: string };
  readonly quantization: Quantization;
  /** What the model's own files hold; differs from `quantization` when it has to be converted. */
  readonly storedQuantization: Quantization;
  readonly kvCacheDtype: KvCacheDtype;
  readonly tp: number;
  readonly pp: number;
  readonly ep: number;
  /** Layers of each pipeline stage. */
  readonly stageLayers: readonly number[];
  /** One card a rank, stage by stage: rank r = stage * tp + tp rank. */
  readonly gpus: readonly string[];
  /** Position in the order of starts, from 0: one engine after the other. */
  readonly startOrder: number;
  /** Every pair of its cards reads each other's memory; without it NCCL goes through the host. */
  readonly hasPeerToPeer: boolean;
  readonly maxBatchSize: number;
  readonly maxNumTokens: number;
  readonly maxSeqLen: number;
  /** A draft with files of its own; none where absent. */
  readonly draft?: DraftFiles;
  /** The model's own draft layers that are loaded to speculate; none where absent. */
  readonly draftLayers?: number;
  /** Tokens that are drafted at a time; as many as draft layers where absent, or 1 with `draft`. */
  readonly draftTokens?: number;
  /** Most images of a prompt, 0 being text only; as many as fit where absent. */
  readonly imagesPerPrompt?: number;
  /** Its tensor parallel groups may span cards of different compute capability. */
  readonly mayMixCards: boolean;
  readonly isExclusive: boolean;
  /** Models that it may not share a card with. */
  readonly notWith: readonly string[];
  /** No other replica of its model is on its host. */
  readonly isSpread?: boolean;
  /**
   * Whichever card or host is lost, the replicas of its model that are left hold so many sequences.
   */
  readonly survives?: PlanSurvival;
  /** What it serves of its workload beside the others of the plan, in closed form. */
  readonly serves?: PlanServes;
  /** Its pipeline stages may be on several hosts; each tensor parallel group is on one. */
  readonly acrossHosts?: boolean;
  /** Cards, hosts or kinds of cards that its fleet file names: it is on these only. */
  readonly pins?: readonly string[];
  /** What its tensor parallel groups divide of the model; absent in plans of earlier versions. */
  readonly divides?: PlanDivided;
  /** Labels that its cards must all have. */
  readonly labels?: readonly string[];
  /** What it reads from its host's disk, where the host has a limit; one id is one set of files. */
  readonly files?: { readonly id: string; readonly bytes: number };
  /** Host memory that its start takes, where the host has a limit: so large a share of its ranks' weights. */
  readonly loading?: { readonly share: number; readonly bytes: number };
  readonly concurrentSequences: number;
  readonly tokensPerBlock: number;
  readonly kv: PlanKv;
  readonly ranks: readonly PlanRank[];
}

export interface PlanDivided {
  readonly queryHeads: readonly number[];
  readonly kvHeads: readonly number[];
  /** Columns of dense and shared feed-forwards. */
  readonly widths: readonly number[];
  readonly vocabulary: number;
}

/**
 * The KV cache of a deployment, and what its engine is told to make it. `freeGpuMemFraction` is there for
 * TensorRT-LLM and absent for every other engine, which have knobs of their own.
 */
export interface PlanKv extends MemoryKnobs {
  /** Tokens that the whole deployment holds. */
  readonly tokens: number;
  /**
   * The cap to give the engine: max_tokens or max_tokens_in_paged_kv_cache (TensorRT-LLM), --max-total-tokens
   * (SGLang). vLLM takes `numGpuBlocks` for that, llama.cpp `ctxSize`.
   */
  readonly maxTokens: number;
  /**
   * The KV pool of the largest rank: max_gpu_total_bytes (TensorRT-LLM), --kv-cache-memory-bytes in the versions
   * of vLLM that have it.
   */
  readonly maxGpuTotalBytes: number;
  /**
   * TensorRT-LLM's KV cache manager V2: share of the pool that may be in use when a sequence starts
   * (max_util_for_resume). Its pools are larger than their tokens by 1 / resumeShare. Absent elsewhere.
   */
  readonly resumeShare?: number;
  /** vLLM V1: blocks of every rank's pool that no sequence gets. Absent where there are none. */
  readonly nullBlocks?: number;
}

/** What a deployment holds on one of its cards. */
export interface PlanRank {
  readonly rank: number;
  readonly gpu: string;
  /** What the engine finds free on this card when it starts. */
  readonly freeAtStartBytes: number;
  /**
   * Free at start less the terms that the engine counts before its KV cache; what TensorRT-LLM's fraction is of.
   */
  readonly freeForKvBytes: number;
  readonly terms: readonly CountedTerm[];
  /** Least probability that it stays within its terms' planned bytes, before its KV cache and in all. */
  readonly chanceToFit: number;
  readonly kv: {
    readonly bytesPerToken: number;
    /** What one sequence of max_seq_len takes, in whole blocks, with windows and state as the engine keeps them. */
    readonly bytesPerSequence: number;
    readonly budgetBytes: number;
    /** Of the pool, those that no sequence gets among them. */
    readonly blocks: number;
    readonly tokens: number;
  };
}

/** A memory term of the contract's documents. */
export interface PlanTerm {
  readonly id: string;
  readonly bytes: number;
  readonly lowBytes: number;
  readonly highBytes: number;
  readonly basis: Basis;
  readonly law: string;
  readonly values: Readonly<Record<string, number>>;
  readonly sources: readonly string[];
  readonly taken: "before-kv" | "after-kv";
  /** What is published, where a calibration corrects it. */
  readonly published?: Pick<PlanTerm, "bytes" | "lowBytes" | "highBytes">;
}

/** A term with what the plan counts for it: at least its value. */
export interface CountedTerm extends PlanTerm {
  readonly plannedBytes: number;
}
