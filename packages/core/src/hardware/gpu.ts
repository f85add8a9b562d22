import type { Sourced } from "../report/sourced.ts";
import type { Bytes } from "../units/units.ts";

/** What is known of one GPU model; every number with its source. */
export interface GpuSpec {
  readonly id: string;
  readonly name: string;
  readonly architecture: string;
  /** "8.6" for an RTX 3090. */
  readonly computeCapability: string;
  /** memory.total as nvidia-smi prints it. */
  readonly memory: Sourced<Bytes>;
  /** What cudaMemGetInfo calls total: memory.total without what the driver reserves. */
  readonly cudaVisible: Sourced<Bytes>;
  readonly bandwidthGBps: Sourced;
  readonly boardPowerW: Sourced;
  readonly peerToPeer: PeerToPeer;
  /** Peak of the tensor cores (fp32: of the plain ones) without sparsity, in 10^12 operations a second. */
  readonly denseTflops: Readonly<Partial<Record<DensePrecision, Sourced>>>;
  readonly pcie?: { readonly generation: Sourced; readonly lanes: Sourced };
  readonly nvlink?: NvlinkSpec;
  /** Whether it can be divided into instances (MIG). */
  readonly canMig: boolean;
}

/** What a GPU computes in; "int8" counts operations instead of floating-point ones. */
export type DensePrecision = "fp32" | "fp16" | "bf16" | "fp8" | "int8" | "fp4";

export interface NvlinkSpec {
  readonly generation: Sourced;
  /** All links of one card together, in 10^9 bytes a second. */
  readonly gbpsPerDirection: Sourced;
  /** Pairs of cards need a bridge that may be absent; else the board or a switch joins them. */
  readonly isBridged: boolean;
}

/** Which way cards of this model may address each other's memory; "nvlink" needs the bridge or switch. */
export type PeerToPeer = "none" | "nvlink" | "pcie";

/** Whether cards of this model read each other's memory without a bridge that someone has to buy. */
export function hasPeersOutOfTheBox(gpu: GpuSpec): boolean {
  return (
    gpu.peerToPeer === "pcie" || (gpu.peerToPeer === "nvlink" && gpu.nvlink?.isBridged !== true)
  );
}
