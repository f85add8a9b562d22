import type { Fleet } from "../../hardware/fleet.ts";
import type { PlanDocument } from "../plan-document.ts";

/** That no model runs on cards which the changes bring: what else changes is not their doing. */
export function idleCards(before: Fleet, after: Fleet, { deployments }: PlanDocument): string[] {
  const old = new Map(before.gpus.map(({ id, catalogId }) => [id, catalogId]));
  const busy = new Set(deployments.flatMap(({ gpus }) => gpus));
  return after.gpus
    .filter(({ id, catalogId }) => old.get(id) !== catalogId && !busy.has(id))
    .map(
      ({ id, catalogId }) =>
        `no model runs on ${id}, the new ${catalogId}: what else changes is not its doing`,
    );
}
