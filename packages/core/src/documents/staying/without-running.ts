import type { Fleet } from "../../hardware/fleet.ts";
import { bytes } from "../../units/units.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import { rankBytes } from "../plan-gpus.ts";
import { cardThen } from "./running-engines.ts";

/**
 * The fleet as if the running engines held nothing. nvidia-smi counts them among what is used, at no more than
 * was planned: so what is used beyond that is others', and so is what the old plan knew to be others'. What is known to
 * be `beyond` the plan counts even where another engine's spare room hides it.
 */
export function withoutRunning(
  fleet: Fleet,
  old: PlanDocument,
  {
    running,
    beyond,
  }: {
    readonly running: readonly PlanDeployment[];
    /** In bytes, by the cards' ids in the old plan. */
    readonly beyond: ReadonlyMap<string, number>;
  },
): Fleet {
  const ranks = running.flatMap((deployment) => deployment.ranks);
  return {
    ...fleet,
    gpus: fleet.gpus.map((gpu) => {
      const planned = ranks
        .filter((rank) => rank.gpu === gpu.id)
        .reduce((sum, rank) => sum + rankBytes(rank), 0);
      const then = cardThen(old, gpu);
      const others = then?.usedByOthersBytes ?? 0;
      const least = Math.max(others, gpu.usedByOthers - planned);
      const used = Math.min(gpu.usedByOthers, least);
      const known = Math.min(used, others) + (beyond.get(then?.id ?? "") ?? 0);
      return planned === 0 ? gpu : { ...gpu, usedByOthers: bytes(Math.max(used, known)) };
    }),
  };
}
