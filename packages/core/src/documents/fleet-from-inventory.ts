import { gpuById } from "../catalog/catalog.ts";
import type { Fleet, FleetGpu, FleetLink, LinkKind } from "../hardware/fleet.ts";
import type { GpuSpec } from "../hardware/gpu.ts";
import type {
  InventoryDocument,
  InventoryGpu,
  InventoryHost,
} from "../inventory/inventory-document.ts";
import { isCutName } from "../inventory/merge-gpus.ts";
import { InputError, shown } from "../report/errors.ts";
import { type Bytes, bytes, mib } from "../units/units.ts";
import { catalogGpu } from "./catalog-gpu.ts";
import type { FleetPolicy } from "./fleet-file-types.ts";

export interface InventoryUse {
  readonly reserve: Bytes;
  readonly policy: FleetPolicy | undefined;
}

/** The cards of an inventory that a plan can use. Throws an InputError for a cut text, and for a card of which nothing is known. */
export function fleetFromInventory(
  file: string,
  inventory: InventoryDocument | undefined,
  use: InventoryUse,
): Fleet {
  if (inventory === undefined) {
    throw new InputError(
      { file },
      "expected hosts, or an inventory of what nvidia-smi printed, got neither",
    );
  }
  refuseCut(inventory);
  const gpus = inventory.hosts.flatMap((host) =>
    host.gpus
      .filter((gpu) => whyLeftOut(gpu) === undefined)
      .flatMap((gpu) => inventoryGpu(host, gpu, use)),
  );
  refuseTwins(file, gpus);
  const ids = new Set(gpus.map(({ id }) => id));
  const links = inventory.hosts.flatMap(linksOf);
  return { gpus, links: links.filter(({ a, b }) => ids.has(a) && ids.has(b)) };
}

/** Why no plan uses a card, whatever it is; undefined where one may. */
function whyLeftOut({ migEnabled, isLost }: InventoryGpu): string | undefined {
  if (isLost) {
    return "lost";
  }
  return migEnabled ? "MIG is enabled, and plans use whole cards only" : undefined;
}

/** Planning around what was cut off would call busy cards idle, or forget some. */
function refuseCut({ hosts }: InventoryDocument): void {
  const cut = hosts.map((host) => host.cut).find((found) => found !== undefined);
  if (cut !== undefined) {
    throw new InputError(
      { file: cut.source },
      `expected the whole of what nvidia-smi printed, got a text that is cut (${cut.text}), so that cards or their memory may be missing`,
    );
  }
}

/** A host that is given twice would be planned for twice. */
function refuseTwins(file: string, gpus: readonly FleetGpu[]): void {
  const byUuid = new Map<string, FleetGpu>();
  for (const gpu of gpus) {
    const twin = gpu.uuid === undefined ? undefined : byUuid.get(gpu.uuid);
    if (twin !== undefined) {
      throw new InputError(
        { file, key: "inventory" },
        `expected each card once, got ${gpu.uuid} as ${twin.id} and as ${gpu.id}`,
      );
    }
    byUuid.set(gpu.uuid ?? gpu.id, gpu);
  }
}

function inventoryGpu(
  host: InventoryHost,
  gpu: InventoryGpu,
  { reserve, policy }: InventoryUse,
): readonly FleetGpu[] {
  const place = { file: host.name, key: `GPU ${gpu.index}` };
  const spec = gpu.catalogId === undefined ? undefined : gpuById(gpu.catalogId);
  if (spec === undefined) {
    if (policy?.unknownGpus === "ignore") {
      return [];
    }
    throw new InputError(
      place,
      `expected a GPU of the catalogue, got ${gotName(gpu)}; policy.unknownGpus: ignore plans without it`,
    );
  }
  const memory = visibleMemory(gpu, spec);
  const usedByOthers = policy?.ignoreRunning === true ? bytes(0) : usedMemory(gpu, memory);
  return [
    {
      ...catalogGpu(host.name, gpu.index, spec),
      ...(gpu.uuid === undefined ? {} : { uuid: gpu.uuid }),
      ...(gpu.powerLimitW === undefined ? {} : { powerW: Math.ceil(gpu.powerLimitW) }),
      ...(gpu.hasEcc === undefined ? {} : { hasEcc: gpu.hasEcc }),
      memory,
      usedByOthers,
      reserve,
    },
  ];
}

function gotName({ name }: InventoryGpu): string {
  if (name === undefined) {
    return "a card without its name";
  }
  return isCutName(name)
    ? `${shown(name)}, cut short (add the output of nvidia-smi -L)`
    : shown(name);
}

/** What CUDA can see: printed total less printed reserve, else the catalogue's value for this card. */
function visibleMemory(gpu: InventoryGpu, spec: GpuSpec): Bytes {
  const { memoryTotalMiB: total, memoryReservedMiB: reserved } = gpu;
  return total === undefined || reserved === undefined
    ? spec.cudaVisible.value
    : mib(total - reserved);
}

/** Printed free memory says what others hold; without it, what is printed as used. */
function usedMemory(gpu: InventoryGpu, visible: Bytes): Bytes {
  if (gpu.memoryFreeMiB !== undefined && gpu.memoryReservedMiB !== undefined) {
    return bytes(Math.max(0, visible - mib(gpu.memoryFreeMiB)));
  }
  return mib(gpu.memoryUsedMiB ?? 0);
}

function linksOf(host: InventoryHost): readonly FleetLink[] {
  return host.links.map(({ a, b, kind, peerToPeer }) => {
    const nvlinks = /^NV(\d+)$/.exec(kind);
    return {
      a: `${host.name}:${a}`,
      b: `${host.name}:${b}`,
      kind: nvlinks === null ? linkKind(kind) : "NVLINK",
      nvlinks: Number(nvlinks?.[1] ?? 0),
      peerToPeer,
    };
  });
}

/** PCIe distances from near to far; a word that is not known counts as the furthest. */
const PCIE_KINDS = ["PIX", "PXB", "PHB", "NODE", "SYS"] as const;

function linkKind(kind: string): LinkKind {
  return PCIE_KINDS.find((known) => known === kind) ?? "SYS";
}

/** "; left out are box1:0,1 (MIG is enabled)": the cards that there are, and why no plan uses them. */
export function leftOut(inventory: InventoryDocument | undefined): string {
  const groups = (inventory?.hosts ?? []).flatMap(({ name, gpus }) => {
    const reasons = [...new Set(gpus.map(whyLeftOut))];
    return reasons.map((why) => {
      const indices = gpus.filter((gpu) => whyLeftOut(gpu) === why).map(({ index }) => index);
      return `${name}:${indices.join(",")} (${why ?? "not in the catalogue"})`;
    });
  });
  return groups.length === 0 ? "" : `; left out are ${groups.join(" and ")}`;
}
