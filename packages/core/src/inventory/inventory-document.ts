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
  readonly computeCapability?: string;
  readonly processes?: readonly InventoryProcess[];
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
