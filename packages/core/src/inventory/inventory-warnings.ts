import { type Gpu, unavailableReason } from "nvidia-smi-parser";
import { gpuById } from "../catalog/catalog.ts";
import { formatGib } from "../units/format.ts";
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
    for (const text of remarks(gpu, printed)) {
      indices.set(text, [...(indices.get(text) ?? []), gpu.index]);
    }
  }
  return [...indices].map(([text, cards]) => `${host}:${cards.join(",")}: ${text}`);
}

/** Of a card that no plan uses, that is all there is to say. */
function remarks(gpu: InventoryGpu, printed: Gpu): readonly string[] {
  if (gpu.isLost) {
    return ["it is lost, so plans leave it out"];
  }
  if (gpu.migEnabled) {
    return [
      "MIG is enabled, so plans leave it out: CUDA sees its MIG devices only, and Berth plans whole cards",
    ];
  }
  return [unknownCard(gpu), missingMemory(gpu, printed)].filter((text) => text !== undefined);
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
  const said = words === undefined ? "was not printed" : `is printed as ${JSON.stringify(words)}`;
  return `its ${what} ${said}${takenAs(gpu)}`;
}

/** What a plan makes of memory that is not known; nothing of a card that it can't use. */
function takenAs({ catalogId, memoryTotalMiB, memoryUsedMiB }: InventoryGpu): string {
  const spec = catalogId === undefined ? undefined : gpuById(catalogId);
  if (spec === undefined) {
    return "";
  }
  const size =
    memoryTotalMiB === undefined ? [`${formatGib(spec.cudaVisible.value)} by the catalogue`] : [];
  const use = memoryUsedMiB === undefined ? ["idle"] : [];
  return `; for a plan it is taken as ${[...use, ...size].join(", ")}`;
}
