import { formatFraction, type MemoryKnobs } from "@berth/core";

/** What an engine is told about memory, with what its fraction is of: "0.5048 of total", "-c 65536 -np 8". */
export function memorySetting(knobs: MemoryKnobs): string {
  const { freeGpuMemFraction, gpuMemoryUtilization, memFractionStatic } = knobs;
  if (freeGpuMemFraction !== undefined) {
    return `${formatFraction(freeGpuMemFraction)} of free after load`;
  }
  if (gpuMemoryUtilization !== undefined) {
    return `${formatFraction(gpuMemoryUtilization)} of total`;
  }
  if (memFractionStatic !== undefined) {
    return `${formatFraction(memFractionStatic)} of free before load`;
  }
  const split = knobs.tensorSplit === undefined ? "" : ` -ts ${knobs.tensorSplit.join(",")}`;
  return `-c ${knobs.ctxSize ?? 0} -np ${knobs.parallel ?? 1}${split}`;
}
