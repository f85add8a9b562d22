import {
  type AppProcess,
  type Gpu,
  type GpuProcess,
  type MigDevice,
  present,
  printedValue,
  type Warning,
} from "nvidia-smi-parser";
import { matchGpuName } from "../catalog/catalog.ts";
import { isSameBusId } from "./bus-id.ts";
import type { InventoryGpu, InventoryMigDevice, InventoryProcess } from "./inventory-document.ts";

/** What outputs of the same host say of its cards elsewhere. */
export interface Beside {
  /** Rows of --query-compute-apps. */
  readonly apps: readonly AppProcess[];
  /** What the outputs say besides their values. */
  readonly warnings: readonly Warning[];
}

/** A card as the inventory holds it. */
export function inventoryGpu(gpu: Gpu, index: number, { apps, warnings }: Beside): InventoryGpu {
  const name = printedValue(gpu.name);
  const memoryTotalMiB = printedValue(gpu.memoryTotalMiB);
  return {
    index,
    ...present({
      uuid: printedValue(gpu.uuid),
      name,
      catalogId: name === undefined ? undefined : matchGpuName(name, memoryTotalMiB)?.id,
      busId: printedValue(gpu.busId),
      memoryTotalMiB,
      memoryReservedMiB: printedValue(gpu.memoryReservedMiB),
      memoryUsedMiB: printedValue(gpu.memoryUsedMiB),
      memoryFreeMiB: printedValue(gpu.memoryFreeMiB),
      powerLimitW: printedValue(gpu.powerLimitW),
      computeCapability: printedValue(gpu.computeCapability),
      hasEcc: hasEcc(gpu),
      processes: processesOf(gpu, apps),
      migEnabled: hasMig(gpu) ? true : undefined,
      migDevices: gpu.migDevices?.length ? gpu.migDevices.map(migDevice) : undefined,
      isLost: warnings.some((warning) => isLost(gpu, index, warning)) ? true : undefined,
    }),
  };
}

/** "Enabled" in -q and --query-gpu; undefined for cards without it, which print N/A. */
function hasEcc({ eccMode }: Gpu): boolean | undefined {
  const mode = printedValue(eccMode);
  return mode === undefined ? undefined : /^(enabled|on)$/i.test(mode);
}

/** -L prints no mode, but the devices that only a card with MIG has. */
function hasMig({ migMode, migDevices = [] }: Gpu): boolean {
  return /^(enabled|on)$/i.test(printedValue(migMode) ?? "") || migDevices.length > 0;
}

function migDevice({ index, uuid, profile, ...memory }: MigDevice): InventoryMigDevice {
  return {
    index,
    ...present({
      uuid,
      profile,
      memoryTotalMiB: printedValue(memory.memoryTotalMiB),
      memoryUsedMiB: printedValue(memory.memoryUsedMiB),
    }),
  };
}

/** The bus id goes before the index: outputs without a lost card count the others anew. */
function isLost(gpu: Gpu, index: number, { code, busId, gpuIndex }: Warning): boolean {
  const ownBusId = printedValue(gpu.busId);
  const isMeant =
    busId === undefined || ownBusId === undefined
      ? gpuIndex === index
      : isSameBusId(busId, ownBusId);
  return code === "gpu-lost" && isMeant;
}

function processesOf(
  gpu: Gpu,
  apps: readonly AppProcess[],
): readonly InventoryProcess[] | undefined {
  const listed = printedValue(gpu.processes);
  if (listed !== undefined) {
    return listed.map(inventoryProcess);
  }
  const own = apps.filter((app) => isOn(app, gpu));
  return own.length === 0 ? undefined : own.map(inventoryProcess);
}

function isOn(app: AppProcess, gpu: Gpu): boolean {
  const same = (a: Gpu["uuid"], b: Gpu["uuid"]): boolean =>
    printedValue(a) !== undefined && printedValue(a) === printedValue(b);
  return same(app.gpuUuid, gpu.uuid) || same(app.gpuBusId, gpu.busId);
}

function inventoryProcess({ pid, name, usedMiB }: GpuProcess): InventoryProcess {
  return { pid, ...present({ name: printedValue(name), usedMiB: printedValue(usedMiB) }) };
}
