import { gpuById } from "../../catalog/catalog.ts";
import type { PlanGpu } from "../../documents/plan-document.ts";
import type { InventoryGpu } from "../../inventory/inventory-document.ts";
import { mib } from "../../units/units.ts";
import type { FoundCard } from "../match-cards.ts";
import type { CheckFinding } from "./check-document.ts";
import { NOISE_BYTES } from "./noise.ts";

/** What CUDA sees of a card today: what is printed, else what the catalogue says of its kind. */
export function visibleBytes({
  memoryTotalMiB,
  memoryReservedMiB,
  catalogId = "",
}: InventoryGpu): number | undefined {
  return memoryTotalMiB === undefined || memoryReservedMiB === undefined
    ? gpuById(catalogId)?.cudaVisible.value
    : mib(memoryTotalMiB - memoryReservedMiB);
}

/** In what a card is other than planned, itself and its mode; whether that breaks the plan. */
export function cardFindings(
  planned: PlanGpu,
  found: FoundCard,
  hostName: string,
): { readonly problems: readonly CheckFinding[]; readonly notes: readonly CheckFinding[] } {
  const { gpu, host } = found;
  const { id, uuid, catalogId, hasEcc } = planned;
  const now = `${host.name === hostName ? planned.host : host.name}:${gpu.index}`;
  const visible = visibleBytes(gpu);
  const isOther = gpu.name !== undefined && gpu.catalogId !== catalogId;
  return {
    problems: [
      ...(uuid !== undefined && now !== id
        ? [{ code: "card-moved", gpu: id, uuid, now } as const]
        : []),
      ...(isOther
        ? [{ code: "card-model", gpu: id, planned: planned.name, found: gpu.name ?? "" } as const]
        : []),
      ...(gpu.isLost === true ? [{ code: "card-lost", gpu: id } as const] : []),
      ...(gpu.migEnabled === true ? [{ code: "mig-enabled", gpu: id } as const] : []),
      ...(visible !== undefined && visible + NOISE_BYTES < planned.memoryBytes
        ? [
            {
              code: "memory-less",
              gpu: id,
              plannedBytes: planned.memoryBytes,
              foundBytes: visible,
            } as const,
          ]
        : []),
    ],
    notes:
      hasEcc !== undefined && gpu.hasEcc !== undefined && gpu.hasEcc !== hasEcc
        ? [{ code: "ecc-changed", gpu: id, isOn: gpu.hasEcc }]
        : [],
  };
}
