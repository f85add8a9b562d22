import { type Gpu, printedValue, unavailableReason } from "nvidia-smi-parser";
import type { InventoryGpu } from "./inventory-document.ts";
import { isCutName } from "./merge-gpus.ts";

/** What the reader should know of one card, as sentences that begin with its id. */
export function gpuWarnings(host: string, gpu: InventoryGpu, printed: Gpu): readonly string[] {
  const warnings = [unknownCard(gpu), missingMemory(gpu, printed), divided(printed)];
  return warnings.flatMap((text) => (text === undefined ? [] : [`${host}:${gpu.index}: ${text}`]));
}

function unknownCard({ name, catalogId }: InventoryGpu): string | undefined {
  if (catalogId !== undefined) {
    return undefined;
  }
  if (name === undefined) {
    return "no name was printed, so nothing can be planned on it; add the output of nvidia-smi -L";
  }
  const shown = JSON.stringify(name);
  return isCutName(name)
    ? `the name is printed as ${shown}, cut short; add the output of nvidia-smi -L, or give -q -x instead`
    : `the catalogue has no ${shown}, so nothing can be planned on it`;
}

function missingMemory(gpu: InventoryGpu, printed: Gpu): string | undefined {
  if (gpu.memoryTotalMiB !== undefined && gpu.memoryUsedMiB !== undefined) {
    return undefined;
  }
  const what = gpu.memoryTotalMiB === undefined ? "memory" : "used memory";
  const field = gpu.memoryTotalMiB === undefined ? printed.memoryTotalMiB : printed.memoryUsedMiB;
  const words = unavailableReason(field);
  return words === undefined
    ? `its ${what} was not printed`
    : `its ${what} is printed as ${JSON.stringify(words)}`;
}

function divided({ migMode }: Gpu): string | undefined {
  return /^(enabled|on)$/i.test(printedValue(migMode) ?? "")
    ? "MIG is enabled; Berth plans whole cards only, so its MIG devices are not planned for"
    : undefined;
}
