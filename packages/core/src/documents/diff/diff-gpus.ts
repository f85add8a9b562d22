import type { PlanGpu } from "../plan-document.ts";
import type { GpuDiff, GpuMemory } from "./plan-diff.ts";

/** The cards whose memory differs, or that only one of the plans has; in the order of the old plan. */
export function diffGpus(
  before: readonly PlanGpu[],
  after: readonly PlanGpu[],
): readonly GpuDiff[] {
  const now = new Map(after.map((gpu) => [gpu.id, gpu]));
  const old = new Set(before.map(({ id }) => id));
  return [
    ...before.flatMap((gpu) => diffGpu(gpu.id, memoryOf(gpu), memoryOf(now.get(gpu.id)))),
    ...after
      .filter(({ id }) => !old.has(id))
      .flatMap((gpu) => diffGpu(gpu.id, undefined, memoryOf(gpu))),
  ];
}

function diffGpu(
  id: string,
  before: GpuMemory | undefined,
  after: GpuMemory | undefined,
): readonly GpuDiff[] {
  return JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [
        {
          id,
          ...(before === undefined ? {} : { before }),
          ...(after === undefined ? {} : { after }),
        },
      ];
}

function memoryOf(gpu: PlanGpu | undefined): GpuMemory | undefined {
  if (gpu === undefined) {
    return undefined;
  }
  const { memoryBytes, usedByOthersBytes, plannedBytes, freeBytes } = gpu;
  return { memoryBytes, usedByOthersBytes, plannedBytes, freeBytes };
}
