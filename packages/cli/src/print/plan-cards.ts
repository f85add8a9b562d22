import type { PlanDocument, PlanGpu } from "@berth/core";
import { gib } from "./gib.ts";
import type { Look } from "./look.ts";
import { memoryBar } from "./memory-bar.ts";
import { printTable } from "./table.ts";

/** Columns that the numbers and their gaps take beside the id, the name and the bar. */
const NUMBERS_WIDTH = 45;
const LEAST_BAR = 10;
const WIDEST_BAR = 40;

/** One row a card, in GiB: what CUDA sees, who holds it, and a bar of it. */
export function printPlanCards({ gpus }: PlanDocument, look: Look): string {
  const names = Math.max(0, ...gpus.map((gpu) => gpu.id.length + gpu.catalogId.length));
  const free = look.width - names - NUMBERS_WIDTH;
  const width = Math.max(LEAST_BAR, Math.min(WIDEST_BAR, free));
  const right = { align: "right" } as const;
  const table = printTable(
    [
      { title: "card" },
      { title: "kind" },
      { title: "memory", ...right },
      { title: "others", ...right },
      { title: "reserve", ...right },
      { title: "planned", ...right },
      { title: "free", ...right },
      { title: "# planned  o others  r reserve" },
    ],
    gpus.map((gpu) => [
      gpu.id,
      gpu.catalogId,
      gib(gpu.memoryBytes),
      gib(gpu.usedByOthersBytes),
      gib(gpu.reserveBytes),
      gib(gpu.plannedBytes),
      gib(gpu.freeBytes),
      bar(gpu, width),
    ]),
    look,
  );
  return table;
}

function bar(gpu: PlanGpu, width: number): string {
  const parts = [
    { bytes: gpu.usedByOthersBytes, mark: "o" },
    { bytes: gpu.plannedBytes, mark: "#" },
    { bytes: gpu.reserveBytes, mark: "r" },
  ];
  return memoryBar(parts, gpu.memoryBytes, width);
}
