import type { Fleet, FleetGpu } from "../../hardware/fleet.ts";
import type { PlanDeployment, PlanDocument, PlanGpu } from "../plan-document.ts";

/** The engines of a plan that was started, where they are now. */
export interface RunningEngines {
  /** On the cards of today's fleet, under today's ids. */
  readonly running: readonly PlanDeployment[];
  /** With a card that the fleet has no more. */
  readonly lost: readonly PlanDeployment[];
}

/** Finds the cards of an old plan again: by UUID where both know it, else by host and index. */
export function runningEngines(old: PlanDocument, fleet: Fleet): RunningEngines {
  const now = new Map(
    old.gpus.flatMap((gpu) => {
      const today = fleet.gpus.find((card) => isSameCard(gpu, card));
      return today === undefined ? [] : [[gpu.id, today.id] as const];
    }),
  );
  const isThere = ({ gpus }: PlanDeployment): boolean => gpus.every((id) => now.has(id));
  const today = (id: string): string => now.get(id) ?? id;
  return {
    running: old.deployments.filter(isThere).map((deployment) => ({
      ...deployment,
      gpus: deployment.gpus.map(today),
      ranks: deployment.ranks.map((rank) => ({ ...rank, gpu: today(rank.gpu) })),
    })),
    lost: old.deployments.filter((deployment) => !isThere(deployment)),
  };
}

/** What the old plan knew of a card of today's fleet. */
export function cardThen(old: PlanDocument, card: FleetGpu): PlanGpu | undefined {
  return old.gpus.find((gpu) => isSameCard(gpu, card));
}

function isSameCard(old: PlanGpu, card: FleetGpu): boolean {
  return old.uuid !== undefined && card.uuid !== undefined
    ? old.uuid === card.uuid
    : old.id === card.id && old.catalogId === card.catalogId;
}
