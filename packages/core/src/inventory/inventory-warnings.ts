import { type Gpu, printedValue, unavailableReason } from "nvidia-smi-parser";
import type { InventoryGpu } from "./inventory-document.ts";
import { isCutName } from "./merge-gpus.ts";

/** A card with all that was printed of it. */
export interface PrintedGpu {
  readonly gpu: InventoryGpu;
  readonly printed: Gpu;
}

/** What the reader should know of the cards, as sentences that begin with their ids: "box1:0,1: …". */
export function gpuWarnings(host: string, gpus: readonly PrintedGpu[]): readonly string[] {
  const indices = new Map<string, number[]>();
  for (const { gpu, printed } of gpus) {
    for (const text of [unknownCard(gpu), missingMemory(gpu, printed), divided(printed)]) {
      if (text !== undefined) {
        indices.set(text, [...(indices.get(text) ?? []), gpu.index]);
      }
    }
  }
  return [...indices].map(([text, cards]) => `${host}:${cards.join(",")}: ${text}`);
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
