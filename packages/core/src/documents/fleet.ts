import { gpuById, gpuIds } from "../catalog/catalog.ts";
import type { Fleet, FleetGpu, FleetLink, LinkKind } from "../hardware/fleet.ts";
import { type GpuSpec, hasPeersOutOfTheBox } from "../hardware/gpu.ts";
import type {
  InventoryDocument,
  InventoryGpu,
  InventoryHost,
} from "../inventory/inventory-document.ts";
import { InputError, shown } from "../report/errors.ts";
import { closest } from "../report/suggest.ts";
import { parseBytes } from "../units/parse.ts";
import { type Bytes, bytes, mib } from "../units/units.ts";
import type { FleetFile, FleetFileHost, FleetPolicy } from "./fleet-file-types.ts";

/**
 * The cards that a fleet file plans for: those of its `hosts`, or those of an inventory. Throws an
 * InputError for a card of which nothing is known, and where there is no card at all.
 */
export function fleetOf(
  file: string,
  fleet: FleetFile,
  inventory: InventoryDocument | undefined,
): Fleet {
  const reserve = reserveOf(file, fleet.policy);
  const built =
    fleet.hosts === undefined
      ? fromInventory(file, inventory, { reserve, policy: fleet.policy })
      : fromHosts(file, fleet.hosts, reserve);
  if (built.gpus.length === 0) {
    throw new InputError({ file }, "expected at least one GPU to plan for, got none");
  }
  return built;
}

function reserveOf(file: string, policy: FleetPolicy | undefined): Bytes {
  const reserve = policy?.reserve === undefined ? bytes(0) : parseBytes(policy.reserve);
  if (reserve === undefined) {
    throw new InputError(
      { file, key: "policy.reserve" },
      `expected memory with its unit such as "512 MiB", got ${shown(policy?.reserve)}`,
    );
  }
  return reserve;
}

/** Most cards that a fleet file may name; 4,000 are the largest fleets that are planned for. */
const MOST_CARDS = 100_000;

function fromHosts(file: string, hosts: readonly FleetFileHost[], reserve: Bytes): Fleet {
  const twin = hosts.findIndex(
    ({ name }, i) => hosts.findIndex((other) => other.name === name) !== i,
  );
  if (twin >= 0) {
    throw new InputError(
      { file, key: `hosts[${twin}].name` },
      `expected a name of its own, got ${shown(hosts[twin]?.name)} a second time`,
    );
  }
  const total = hosts.flatMap((host) => host.gpus).reduce((sum, { count = 1 }) => sum + count, 0);
  if (total > MOST_CARDS) {
    throw new InputError(
      { file, key: "hosts" },
      `expected at most ${MOST_CARDS} cards, got ${total}`,
    );
  }
  return {
    gpus: hosts.flatMap((host, i) => hostGpus(file, `hosts[${i}]`, { host, reserve })),
    links: [],
  };
}

function hostGpus(
  file: string,
  key: string,
  { host, reserve }: { readonly host: FleetFileHost; readonly reserve: Bytes },
): readonly FleetGpu[] {
  const specs = host.gpus.flatMap(({ gpu, count = 1 }, i) => {
    const spec = gpuById(gpu);
    if (spec === undefined) {
      const near = closest(gpu, gpuIds());
      throw new InputError(
        { file, key: `${key}.gpus[${i}].gpu` },
        `expected a GPU of the catalogue, got ${shown(gpu)}${near === undefined ? "" : `; did you mean ${near}?`}`,
      );
    }
    return Array.from({ length: count }, () => spec);
  });
  return specs.map((spec, index) => ({
    ...gpuOf(host.name, index, spec),
    memory: spec.cudaVisible.value,
    usedByOthers: bytes(0),
    reserve,
  }));
}

function gpuOf(
  host: string,
  index: number,
  spec: GpuSpec,
): Omit<FleetGpu, "memory" | "usedByOthers" | "reserve"> {
  return {
    id: `${host}:${index}`,
    host,
    index,
    catalogId: spec.id,
    name: spec.name,
    computeCapability: spec.computeCapability,
    // a bridge counts only when the topology shows it
    peerToPeer: hasPeersOutOfTheBox(spec) ? spec.peerToPeer : "none",
  };
}

interface InventoryUse {
  readonly reserve: Bytes;
  readonly policy: FleetPolicy | undefined;
}

function fromInventory(
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
  return {
    gpus: inventory.hosts.flatMap((host) =>
      host.gpus.flatMap((gpu) => inventoryGpu(host, gpu, use)),
    ),
    links: inventory.hosts.flatMap(linksOf),
  };
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
      `expected a GPU of the catalogue, got ${shown(gpu.name)}; policy.unknownGpus: ignore plans without it`,
    );
  }
  const memory = visibleMemory(gpu, spec);
  const usedByOthers = policy?.ignoreRunning === true ? bytes(0) : usedMemory(gpu, memory);
  return [
    {
      ...gpuOf(host.name, gpu.index, spec),
      ...(gpu.uuid === undefined ? {} : { uuid: gpu.uuid }),
      memory,
      usedByOthers,
      reserve,
    },
  ];
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
