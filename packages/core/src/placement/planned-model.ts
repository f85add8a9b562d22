import type { EngineSpec } from "../engine/engine.ts";
import type { MemoryLimits } from "../memory/estimate.ts";
import type { AskedRun } from "../memory/run-options.ts";
import type { ModelSpec } from "../model/model.ts";
import type { KvCacheDtype, Quantization, StoredWeights } from "../model/quantization.ts";
import type { Reason } from "../report/reason.ts";
import type { Alternative } from "./model-variants.ts";
import type { Survival } from "./survive.ts";

/** One way to run a model, and the cards that its replicas go on. */
export interface SettledWay {
  readonly quantization: Quantization;
  readonly kvCacheDtype: KvCacheDtype;
  readonly ep: number;
  readonly tp: number;
  readonly pp: number;
  /** Ids. */
  readonly gpus: readonly string[];
}

/** One model of the fleet file with every default filled in. */
export interface PlannedModel {
  readonly name: string;
  readonly spec: ModelSpec;
  readonly engine: EngineSpec;
  readonly version: string;
  /** Tensor and pipeline parallel sizes to choose from. */
  readonly tp: readonly number[];
  readonly pp: readonly number[];
  readonly ep: number;
  /** Precisions to choose from, the best liked first. */
  readonly weights: readonly StoredWeights[];
  readonly kvCacheDtype: KvCacheDtype;
  readonly limits: MemoryLimits;
  /** What was asked beside the limits; the spec runs like that. */
  readonly run?: AskedRun;
  readonly tokensPerBlock: number;
  readonly roundsBlocksUp: boolean;
  readonly replicas: number;
  readonly priority: number;
  readonly least: number;
  readonly wanted: number;
  /** Probability, in (0, 1), with which one replica may hold more on a card than the plan counts for it. */
  readonly risk: number;
  readonly isExclusive: boolean;
  /** It is exclusive because the fleet's policy says so, not by its own wish. */
  readonly isExclusiveByPolicy: boolean;
  readonly notWith: readonly string[];
  /** No two of its replicas are on one host. */
  readonly isSpread?: boolean;
  /** Its least is held, and its rate carried, after any one loss too. */
  readonly survives?: Survival;
  /** What a solver does not look at speaks against it: it is not placed. */
  readonly refused?: Reason;
  /** Pipeline stages of one replica may be on several hosts, equally many on each. */
  readonly maySpanHosts?: boolean;
  /** Other settings to choose from; those of the model itself are liked best. */
  readonly alternatives?: readonly Alternative[];
  /** Cards that it may use; all where absent. Ids, hosts or catalogue ids as written. */
  readonly gpus?: readonly string[];
  /** Ids of cards that it may not use only since more of the rates is carried so. */
  readonly spared?: readonly string[];
  /** What was settled on for it before: nothing else is looked at. */
  readonly settled?: SettledWay;
  /** Labels that its cards must all have. */
  readonly labels?: readonly string[];
  /** One tensor parallel group may span cards of different compute capability. */
  readonly mayMixCards: boolean;
  /** What its part of the fleet file does not say. */
  readonly unwritten?: Unwritten;
}

/** Keys of the fleet file that a model has a value for, although nobody wrote one. */
export interface Unwritten {
  /** Those with a default. */
  readonly byDefault: readonly string[];
  /** Those that were set so that the model carries its rate. */
  readonly forRate: readonly string[];
}
