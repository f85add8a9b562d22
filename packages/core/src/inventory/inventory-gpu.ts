import { type AppProcess, type Gpu, type GpuProcess, printedValue } from "nvidia-smi-parser";
import { matchGpuName } from "../catalog/catalog.ts";
import type { InventoryGpu, InventoryProcess } from "./inventory-document.ts";
import { present } from "./present.ts";

/** A card as the inventory holds it; `apps` are rows of --query-compute-apps of the same host. */
export function inventoryGpu(gpu: Gpu, index: number, apps: readonly AppProcess[]): InventoryGpu {
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
      computeCapability: printedValue(gpu.computeCapability),
      processes: processesOf(gpu, apps),
    }),
  };
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
