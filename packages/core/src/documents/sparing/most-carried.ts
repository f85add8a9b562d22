import type { FleetGpu } from "../../hardware/fleet.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { mostLost } from "../../placement/survive.ts";
import type { KindSpeed } from "./kind-speeds.ts";

/** The cards that a model may use, and how fast it is on their kinds, fastest first. */
export interface OwnCards {
  readonly gpus: readonly FleetGpu[];
  readonly speeds: readonly KindSpeed[];
}

/**
 * Requests a second within its targets that a model can carry at the most after the worst loss that it is to outlive:
 * with all of these cards for itself, and where its replicas are fixed with each of them on the fastest.
 */
export function mostCarried(
  model: PlannedModel,
  hasFixedReplicas: boolean,
  { gpus, speeds }: OwnCards,
): number {
  const within = new Map(speeds.map((speed) => [speed.kind, speed.within]));
  const carriedBy = (own: readonly FleetGpu[]): number =>
    own.reduce((sum, { catalogId }) => sum + (within.get(catalogId) ?? speeds[0]?.within ?? 0), 0);
  const { survives } = model;
  const placeOf = ({ id, host }: FleetGpu): string => (survives?.loss === "host" ? host : id);
  const places = survives === undefined ? [] : [...new Set(gpus.map(placeOf))];
  const lost = places.map((place) => carriedBy(gpus.filter((gpu) => placeOf(gpu) === place)));
  const left = carriedBy(gpus) - Math.max(0, ...lost);
  const each = Math.max(0, ...speeds.map(({ ofReplica }) => ofReplica));
  return hasFixedReplicas ? Math.min(left, (model.replicas - mostLost(model)) * each) : left;
}
