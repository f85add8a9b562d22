import type { SpeedBounds, SpeedConstants } from "../capacity/speed-constants.ts";
import type { Basis } from "../report/sourced.ts";

/** A number of data/ as it stands there: value, where it is from, id in data/sources.json. */
export type Cell<T = number> = readonly [value: T, basis: Basis, source: string];

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** One GPU model of data/gpus; keys and units are explained in data/README.md. */
export interface GpuRow {
  readonly id: string;
  readonly name: string;
  readonly architecture: string;
  readonly computeCapability: Cell<string>;
  readonly memoryMiB: Cell;
  readonly cudaVisibleMiB: Cell;
  readonly bandwidthGBps: Cell;
  readonly denseFp16Tflops?: Cell;
  readonly denseBf16Tflops?: Cell;
  readonly denseFp8Tflops?: Cell;
  readonly denseFp4Tflops?: Cell;
  readonly denseInt8Tops?: Cell;
  readonly fp32Tflops?: Cell;
  readonly pcieGen?: Cell;
  readonly pcieLanes?: Cell;
  readonly nvlink?: {
    readonly generation: Cell;
    readonly gbpsPerDirection: Cell;
    readonly bridged: boolean;
  };
  readonly hostLink?: {
    readonly kind: string;
    readonly gbpsPerDirection: Cell;
    readonly coherent: boolean;
    readonly unified: boolean;
  };
  readonly peerToPeer: Cell<"none" | "nvlink-only" | "pcie">;
  readonly boardPowerW: Cell;
  readonly mig?: Cell<boolean>;
}

/** A name that a tool prints for a card; memory tells cards of one name apart. */
export interface GpuAliasRow {
  readonly printed: string;
  readonly memoryMiB?: number;
  readonly id: string;
}

/** A link of data/links.json. */
export interface LinkRow {
  readonly id: string;
  readonly name: string;
  readonly technology: string;
  readonly generation: number;
  readonly width: number;
  readonly bytesPerSecondPerDirection: Cell;
}

/** How fast engines load, a row of data/loading.json. */
export interface LoadingRow {
  readonly id: string;
  readonly name: string;
  readonly bytesPerSecond: Cell;
}

/** A model of data/models: the facts of its config.json. */
export interface ModelRow {
  /** Hub id. */
  readonly id: string;
  /** Other Hub ids of the same shape: instruction-tuned and renamed ones. */
  readonly aliases: readonly string[];
  /** Where the fields of `config` were read. */
  readonly source: string;
  readonly config: JsonObject;
  readonly hfQuant?: JsonObject;
  /** What its safetensors index states. */
  readonly safetensorsTotalBytes?: Cell;
  /** A count that someone else published; a test holds ours to it. */
  readonly parameters?: Cell;
  /** The same where no one published it to the last digit, as it is written ("309B"): ours lies within one of its last digit. */
  readonly roundedParameters?: Cell<string>;
}

/** One fact of a file in data/launchers; the last row whose `from` is not newer counts. */
export interface LauncherRow {
  readonly fact: string;
  /** Version; absent where the fact holds in every one. */
  readonly from?: string;
  readonly value: string | number;
  readonly source: string;
  readonly note?: string;
}

/** A row of data/sources.json. */
export interface SourceRow {
  readonly title: string;
  readonly url: string | null;
  readonly retrieved: string | null;
  readonly note?: string;
}

/** What one engine's steps cost on one generation of cards; "any" stands for those without a row of their own. */
export interface SpeedRow {
  readonly engine: string;
  readonly architecture: string;
  readonly basis: Basis;
  readonly source: string;
  readonly constants: SpeedConstants;
  readonly bounds: SpeedBounds;
  /** Times of which too few were measured here: their bounds are not narrower than those of all rows. */
  readonly ofAllRows: readonly (keyof SpeedBounds)[];
}

/** What ranks reach of a link that is not NVLink: share of its bandwidth, and the least that an exchange takes. */
export interface SpeedLinkRow {
  readonly id: "pcie-peer" | "host" | "network";
  readonly name: string;
  readonly efficiency: Cell;
  readonly exchangeSeconds: Cell;
}
