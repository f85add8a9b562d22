import type { Bytes } from "../units/units.ts";
import type { PeerToPeer } from "./gpu.ts";

/** One card of the fleet, as the planner sees it. */
export interface FleetGpu {
  /** "box1:0": host and nvidia-smi index. */
  readonly id: string;
  readonly host: string;
  readonly index: number;
  readonly uuid?: string;
  readonly catalogId: string;
  readonly name: string;
  readonly computeCapability: string;
  /** What CUDA can see. */
  readonly memory: Bytes;
  /** Held by processes that the plan does not start. */
  readonly usedByOthers: Bytes;
  /** Kept free on the user's wish. */
  readonly reserve: Bytes;
  readonly peerToPeer: PeerToPeer;
  /** Whether it corrects memory errors, where the inventory says. */
  readonly hasEcc?: boolean;
  /** What it may draw when it is in use, in whole watts. */
  readonly powerW?: number;
  /** Names that models may ask for, its host's among them. */
  readonly labels?: readonly string[];
}

/** How two cards of one host are joined, as `nvidia-smi topo -m` names it; NVLinks carry their count. */
export interface FleetLink {
  readonly a: string;
  readonly b: string;
  readonly kind: LinkKind;
  readonly nvlinks: number;
  readonly peerToPeer: boolean;
}

export type LinkKind = "NVLINK" | "PIX" | "PXB" | "PHB" | "NODE" | "SYS";

export interface Fleet {
  readonly gpus: readonly FleetGpu[];
  readonly links: readonly FleetLink[];
  /** Hosts that have limits of their own. */
  readonly hosts?: readonly FleetHost[];
}

/** What a host has in all; what is absent has no limit. */
export interface FleetHost {
  readonly name: string;
  /** What its cards in use may draw together, in whole watts. */
  readonly powerBudgetW?: number;
  /** What engines may take of its memory while they load. */
  readonly memory?: Bytes;
  /** For the files that its engines read. */
  readonly disk?: Bytes;
}
