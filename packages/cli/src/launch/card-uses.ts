import { inventoryFromTexts, type PlanDocument, type PlanGpu } from "@berth/core";
import type { CardUse } from "@berth/core/launch";
import { runProgram } from "../io/run.ts";

const MIB = 1024 ** 2;
const TIMEOUT_SECONDS = 60;

/** What nvidia-smi says now of a plan's cards on this host; cards that it does not list are left out. */
export async function cardUses(plan: PlanDocument, host: string): Promise<readonly CardUse[]> {
  const text = await runProgram({
    command: "nvidia-smi",
    args: ["-q", "-x"],
    what: "measuring the cards",
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  const found = inventoryFromTexts([{ name: "nvidia-smi", text }]).hosts.flatMap(
    ({ gpus }) => gpus,
  );
  return plan.gpus
    .filter((card) => card.host === host)
    .flatMap((card) => {
      const gpu = found.find(({ uuid, index }) => isSame(card, uuid, index));
      return gpu?.memoryFreeMiB === undefined
        ? []
        : [
            {
              gpu: card.id,
              freeBytes: gpu.memoryFreeMiB * MIB,
              holders: (gpu.processes ?? []).map(({ pid, name, usedMiB }) => ({
                pid,
                name: name ?? "a process",
                ...(usedMiB === undefined ? {} : { usedBytes: usedMiB * MIB }),
              })),
            },
          ];
    });
}

/** By UUID where both know it, else by index. */
function isSame(card: PlanGpu, uuid: string | undefined, index: number): boolean {
  return card.uuid !== undefined && uuid !== undefined ? card.uuid === uuid : card.index === index;
}
