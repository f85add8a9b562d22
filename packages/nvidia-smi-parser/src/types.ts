import type { Printed } from "./printed.ts";

/** What was printed once for the whole machine. Every field is absent where it was not printed. */
export interface Host {
  /** As printed, in the machine's own words and time zone. */
  readonly timestamp?: string;
  /** Version of the nvidia-smi program (the plain table only); under WSL it differs from the driver's. */
  readonly smiVersion?: Printed<string>;
  /** Driver version; where the table prints "KMD Version" (610 and later), that one. */
  readonly driverVersion?: Printed<string>;
  /** Highest CUDA version that the driver serves, such as "13.0"; where the table prints "CUDA UMD Version", that one. */
  readonly cudaVersion?: Printed<string>;
  /** "Attached GPUs" of -q and -q -x; the cards listed may be fewer where one is lost. */
  readonly attachedGpus?: number;
}

/** One process on a card. A process without any pid is not listed. */
export interface GpuProcess {
  readonly pid: number;
  /** "C" compute, "G" graphics, "C+G" both, "M+C" MPS client. */
  readonly type?: Printed<string>;
  /** Program name; the table shortens it with "..." in front or behind. */
  readonly name?: Printed<string>;
  /** MiB of the card's memory. Windows and WSL print N/A. */
  readonly usedMiB?: Printed<number>;
  readonly gpuInstanceId?: Printed<number>;
  readonly computeInstanceId?: Printed<number>;
}

/** One MIG device of a card. */
export interface MigDevice {
  /** The device's number on its card, counted from 0. */
  readonly index: number;
  readonly gpuInstanceId?: number;
  readonly computeInstanceId?: number;
  readonly uuid?: string;
  /** Profile as -L prints it, without the word MIG: "3g.40gb", "1g.12gb+me". */
  readonly profile?: string;
  readonly memoryTotalMiB?: Printed<number>;
  readonly memoryUsedMiB?: Printed<number>;
  readonly memoryFreeMiB?: Printed<number>;
  readonly memoryReservedMiB?: Printed<number>;
  readonly multiprocessors?: Printed<number>;
}

/** One card. A field that the format does not print, or that was cut off, is absent. */
export interface Gpu {
  /** nvidia-smi's own number for the card; in -q and -q -x, which print none, the position in the output. */
  readonly index?: number;
  /** N of /dev/nvidiaN. It need not equal the index. */
  readonly minorNumber?: Printed<number>;
  readonly uuid?: Printed<string>;
  readonly serial?: Printed<string>;
  /** Product name; the plain table shortens long ones ("NVIDIA GeForce ..."). */
  readonly name?: Printed<string>;
  readonly brand?: Printed<string>;
  /** Product architecture: "Ampere", "Hopper", … */
  readonly architecture?: Printed<string>;
  /** PCI bus id in the printed spelling: "00000000:1A:00.0". */
  readonly busId?: Printed<string>;
  readonly memoryTotalMiB?: Printed<number>;
  readonly memoryUsedMiB?: Printed<number>;
  readonly memoryFreeMiB?: Printed<number>;
  /** Held back by driver and firmware: CUDA sees total minus reserved. */
  readonly memoryReservedMiB?: Printed<number>;
  /** "8.9". */
  readonly computeCapability?: Printed<string>;
  /** In the words of the format: "On" and "Off" in the table, "Enabled" and "Disabled" elsewhere. */
  readonly displayActive?: Printed<string>;
  readonly displayAttached?: Printed<string>;
  /** In the words of the format: "On" and "Off" in the table, "Enabled" and "Disabled" elsewhere. */
  readonly persistence?: Printed<string>;
  /** Windows only: "WDDM", "TCC", "MCDM". */
  readonly driverModel?: Printed<string>;
  readonly migMode?: Printed<string>;
  readonly migModePending?: Printed<string>;
  /** Absent where the format does not print MIG devices; empty where it says that there are none. */
  readonly migDevices?: readonly MigDevice[];
  readonly eccMode?: Printed<string>;
  /** Volatile uncorrected ECC errors. The plain table prints "Off" here without ECC and "On" under MIG. */
  readonly eccUncorrectedVolatile?: Printed<number>;
  readonly computeMode?: Printed<string>;
  readonly performanceState?: Printed<string>;
  readonly powerLimitW?: Printed<number>;
  /** The average where the format prints average and instantaneous draw. */
  readonly powerDrawW?: Printed<number>;
  readonly pcieGenMax?: Printed<number>;
  readonly pcieGenCurrent?: Printed<number>;
  readonly pcieWidthMax?: Printed<number>;
  readonly pcieWidthCurrent?: Printed<number>;
  readonly temperatureC?: Printed<number>;
  readonly fanPercent?: Printed<number>;
  readonly utilizationPercent?: Printed<number>;
  readonly memoryUtilizationPercent?: Printed<number>;
  /** Absent where no process list was printed; unavailable where it says "Not Supported" or "N/A". */
  readonly processes?: Printed<readonly GpuProcess[]>;
}

/** Something that the output says besides its values, or that a reader should know about it. */
export interface Warning {
  /**
   * - `gpu-lost`: a card is attached but was not readable ("GPU is lost", "Unknown Error").
   * - `unlisted-gpu`: a process or MIG device belongs to a card that the text does not list.
   * - `cut`: the text ends, or skips rows, inside an output; what was readable is returned.
   * - `notice`: another remark by nvidia-smi.
   */
  readonly code: "gpu-lost" | "unlisted-gpu" | "cut" | "notice";
  readonly text: string;
  /** Line of the input, from 1. */
  readonly line?: number;
  readonly gpuIndex?: number;
  readonly busId?: string;
}

/** Cards as printed by -q -x ("xml"), -q ("query"), no option ("table"), --query-gpu ("csv-gpus") or -L ("list"). */
export interface GpuReport {
  readonly kind: "xml" | "query" | "table" | "csv-gpus" | "list";
  readonly host: Host;
  readonly gpus: readonly Gpu[];
  readonly warnings: readonly Warning[];
}

/** One row of --query-compute-apps: a process, and what the row says of its card. */
export interface AppProcess extends GpuProcess {
  readonly gpuUuid?: Printed<string>;
  readonly gpuName?: Printed<string>;
  readonly gpuBusId?: Printed<string>;
  readonly gpuSerial?: Printed<string>;
}

/** Rows of --query-compute-apps. */
export interface AppsReport {
  readonly kind: "csv-apps";
  readonly processes: readonly AppProcess[];
  readonly warnings: readonly Warning[];
}

/** A link between two cards; `a` < `b`. */
export interface GpuLink {
  readonly a: number;
  readonly b: number;
  /** As printed: "NV4", "PIX", "PXB", "PHB", "NODE", "SYS", "SOC"; in -p2p "OK", "CNS", "GNS", "TNS", "NS", "U". */
  readonly kind: string;
}

/** A network card's row of topo -m. */
export interface NicLinks {
  /** "NIC0" or "mlx5_0". */
  readonly name: string;
  /** Device behind the name, from the NIC legend: "mlx5_0". */
  readonly device?: string;
  /** Link to each card of the header, in its order. */
  readonly links: readonly { readonly gpu: number; readonly kind: string }[];
}

/** One card's place in a matrix. */
export interface MatrixGpu {
  readonly index: number;
  /** From a `-L` listing pasted before or after the matrix. */
  readonly name?: Printed<string>;
  readonly uuid?: Printed<string>;
  /** topo -m: logical CPUs near the card, as printed ("0-15,32-47"). */
  readonly cpuAffinity?: string;
  /** topo -m: NUMA nodes near the card, as printed ("0", "0-1"). */
  readonly numaAffinity?: string;
}

/** topo -m. */
export interface TopologyReport {
  readonly kind: "topology";
  readonly gpus: readonly MatrixGpu[];
  readonly links: readonly GpuLink[];
  readonly nics: readonly NicLinks[];
  readonly warnings: readonly Warning[];
}

/** topo -p2p r, w, n, a or p; which of them is not printed. */
export interface P2pReport {
  readonly kind: "p2p";
  readonly gpus: readonly MatrixGpu[];
  readonly links: readonly GpuLink[];
  readonly warnings: readonly Warning[];
}

/** nvlink -s: the speed of each link of each card. */
export interface NvlinkReport {
  readonly kind: "nvlink";
  readonly gpus: readonly NvlinkGpu[];
  readonly warnings: readonly Warning[];
}

/** The NVLinks of one card. */
export interface NvlinkGpu {
  readonly index: number;
  readonly name: string;
  readonly uuid?: string;
  /** GB/s in one direction, or the words printed instead ("<inactive>"). */
  readonly links: readonly { readonly index: number; readonly speedGBps: Printed<number> }[];
}

/** mig -lgip: which instances a card can be cut into. */
export interface MigProfilesReport {
  readonly kind: "mig-profiles";
  readonly profiles: readonly MigProfile[];
  readonly warnings: readonly Warning[];
}

/** A kind of MIG instance that a card offers. */
export interface MigProfile {
  readonly gpu: number;
  /** "1g.10gb+me". */
  readonly name: string;
  readonly id: number;
  readonly instancesFree: number;
  readonly instancesTotal: number;
  readonly memoryGiB: number;
  readonly multiprocessors: number;
}

/** One output of nvidia-smi, told apart by `kind`. */
export type NvidiaSmiOutput =
  | GpuReport
  | AppsReport
  | TopologyReport
  | P2pReport
  | NvlinkReport
  | MigProfilesReport;
