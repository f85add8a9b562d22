import type { Fleet } from "../../hardware/fleet.ts";
import { bytes } from "../../units/units.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import { rankBytes } from "../plan-gpus.ts";
import { cardThen } from "./running-engines.ts";

/**
 * The fleet as if the running engines held nothing. nvidia-smi counts them among what is used, at no more than
 * was planned: so what is used beyond that is others', and so is what the old plan knew to be others'.
 */
export function withoutRunning(
  fleet: Fleet,
  old: PlanDocument,
  running: readonly PlanDeployment[],
): Fleet {
  const ranks = running.flatMap((deployment) => deployment.ranks);
  return {
    ...fleet,
    gpus: fleet.gpus.map((gpu) => {
      const planned = ranks
        .filter((rank) => rank.gpu === gpu.id)
        .reduce((sum, rank) => sum + rankBytes(rank), 0);
      const others = cardThen(old, gpu)?.usedByOthersBytes ?? 0;
      const least = Math.max(others, gpu.usedByOthers - planned);
      return planned === 0
        ? gpu
        : { ...gpu, usedByOthers: bytes(Math.min(gpu.usedByOthers, least)) };
    }),
  };
}
