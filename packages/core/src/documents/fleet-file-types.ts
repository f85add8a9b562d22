import type { EngineId } from "../engine/engine.ts";
import type { KvCacheDtype, Quantization } from "../model/quantization.ts";
import type { SettledWay } from "../placement/planned-model.ts";
import type { Loss } from "../placement/survive.ts";
import type { Amount, FleetCosts, FleetWorkload } from "./workload/workload-types.ts";

/** The fleet file as it was written, checked for keys and kinds; the schema describes each key. */
export interface FleetFile {
  readonly schema?: "berth/fleet@1" | undefined;
  readonly inventory?: string | readonly string[] | undefined;
  readonly topology?: string | undefined;
  readonly hosts?: readonly FleetFileHost[] | undefined;
  readonly engine?: EngineId | undefined;
  readonly engineVersion?: string | undefined;
  readonly policy?: FleetPolicy | undefined;
  /** Names that the expressions of workloads may use. */
  readonly vars?: Readonly<Record<string, Amount>> | undefined;
  readonly costs?: FleetCosts | undefined;
  readonly objective?: "fair" | "throughput" | "latency" | "cost" | undefined;
  readonly models: readonly FleetModel[];
}

export interface FleetFileHost {
  readonly name: string;
  /** None where an inventory says which cards the host has. */
  readonly gpus?:
    | readonly { readonly gpu: string; readonly count?: number | undefined }[]
    | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly reserve?: string | undefined;
  readonly powerBudgetW?: number | undefined;
  readonly memory?: string | undefined;
  readonly disk?: string | undefined;
  readonly cards?: readonly CardSettings[] | undefined;
}

export interface CardSettings {
  readonly index: number | readonly number[];
  readonly labels?: readonly string[] | undefined;
  readonly reserve?: string | undefined;
}

export interface FleetPolicy {
  readonly reserve?: string | undefined;
  readonly chanceToFit?: number | undefined;
  readonly sharing?: "shared" | "exclusive" | undefined;
  readonly survive?: "none" | Loss | undefined;
  readonly mixedTensorParallel?: boolean | undefined;
  readonly ignoreRunning?: boolean | undefined;
  readonly unknownGpus?: "refuse" | "ignore" | undefined;
}

/** A model of a fleet file, as it was read. */
export interface FleetModel {
  /** No key of a fleet file: what sizing settled on for the model, where others are on its cards. */
  readonly settled?: SettledWay | undefined;
  readonly name: string;
  readonly model: string;
  readonly engine?: EngineId | undefined;
  readonly engineVersion?: string | undefined;
  readonly tp?: number | readonly number[] | undefined;
  readonly pp?: number | readonly number[] | undefined;
  readonly ep?: number | readonly number[] | undefined;
  readonly quantization?: Quantization | "auto" | readonly Quantization[] | undefined;
  readonly kvCacheDtype?: KvCacheDtype | "auto" | readonly (KvCacheDtype | "auto")[] | undefined;
  readonly maxSeqLen?: number | string | undefined;
  readonly maxNumTokens?: number | string | readonly (number | string)[] | undefined;
  readonly maxBatchSize?: number | readonly number[] | undefined;
  readonly draft?: string | undefined;
  readonly draftLayers?: number | undefined;
  readonly draftTokens?: number | undefined;
  readonly imagesPerPrompt?: number | undefined;
  readonly concurrency?:
    | number
    | { readonly least?: number | undefined; readonly want: number }
    | undefined;
  readonly replicas?: number | undefined;
  readonly priority?: number | undefined;
  readonly exclusive?: boolean | undefined;
  readonly notWith?: readonly string[] | undefined;
  readonly spread?: "host" | undefined;
  readonly survive?: "none" | Loss | undefined;
  readonly acrossHosts?: boolean | undefined;
  readonly gpus?: string | readonly string[] | undefined;
  readonly labels?: string | readonly string[] | undefined;
  readonly workload?: FleetWorkload | undefined;
  /** Ids of cards that are not in `gpus` since more of the rates is carried without them; never in a file. */
  readonly spared?: readonly string[] | undefined;
  /** Keys above that were set for the model's rate; never in a file. */
  readonly setForRate?: readonly string[] | undefined;
}
