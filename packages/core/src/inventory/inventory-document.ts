/** `berth/inventory@1`: what the hosts have. What was not printed is absent, never guessed. */
export interface InventoryDocument {
  readonly schema: "berth/inventory@1";
  readonly hosts: readonly InventoryHost[];
  readonly warnings: readonly string[];
}

export interface InventoryHost {
  readonly name: string;
  readonly driverVersion?: string;
  readonly cudaVersion?: string;
  readonly gpus: readonly InventoryGpu[];
  readonly links: readonly InventoryLink[];
  /** Where the text is cut so that cards, or their memory, may be missing; no plan is made of such a host. */
  readonly cut?: InventoryCut;
}

export interface InventoryCut {
  /** The text's path or host. */
  readonly source: string;
  /** "line 22: the table has no lower border". */
  readonly text: string;
}

export interface InventoryGpu {
  readonly index: number;
  readonly uuid?: string;
  readonly name?: string;
  /** Absent for a card that the catalogue does not know. */
  readonly catalogId?: string;
  readonly busId?: string;
  readonly memoryTotalMiB?: number;
  readonly memoryReservedMiB?: number;
  readonly memoryUsedMiB?: number;
  readonly memoryFreeMiB?: number;
  /** The limit that is set now. */
  readonly powerLimitW?: number;
  readonly computeCapability?: string;
  /** Whether it corrects memory errors now; on cards with GDDR that takes a part of the memory. */
  readonly hasEcc?: boolean;
  readonly processes?: readonly InventoryProcess[];
  /** True where MIG is enabled, else absent: CUDA sees the card's MIG devices only, so no plan uses it. */
  readonly migEnabled?: boolean;
  /** Absent where none were printed. */
  readonly migDevices?: readonly InventoryMigDevice[];
  /** True where nvidia-smi can't reach the card ("GPU is lost"), so no plan uses it. */
  readonly isLost?: boolean;
}

export interface InventoryMigDevice {
  readonly index: number;
  readonly uuid?: string;
  /** "3g.40gb", as -L prints it. */
  readonly profile?: string;
  readonly memoryTotalMiB?: number;
  readonly memoryUsedMiB?: number;
}

export interface InventoryProcess {
  readonly pid: number;
  readonly name?: string;
  readonly usedMiB?: number;
}

export interface InventoryLink {
  readonly a: number;
  readonly b: number;
  /** As `topo -m` prints it: NV4, PIX, PXB, PHB, NODE, SYS. */
  readonly kind: string;
  readonly peerToPeer: boolean;
}
