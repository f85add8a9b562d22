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
  const own = speeds.filter(({ kind }) => gpus.some(({ catalogId }) => catalogId === kind));
  const part = partOf(own);
  const bounds = new Map(
    own.map(({ kind, within, most }) => [kind, part === undefined ? within : part * most]),
  );
  const carriedBy = (cards: readonly FleetGpu[]): number =>
    cards.reduce(
      (sum, { catalogId }) => sum + (bounds.get(catalogId) ?? speeds[0]?.within ?? 0),
      0,
    );
  const { survives } = model;
  const placeOf = ({ id, host }: FleetGpu): string => (survives?.loss === "host" ? host : id);
  const places = survives === undefined ? [] : [...new Set(gpus.map(placeOf))];
  const lost = places.map((place) => carriedBy(gpus.filter((gpu) => placeOf(gpu) === place)));
  const left = carriedBy(gpus) - Math.max(0, ...lost);
  const each = Math.max(
    0,
    ...speeds.map(({ ofReplica, mostOfReplica }) =>
      part === undefined ? ofReplica : part * mostOfReplica,
    ),
  );
  return hasFixedReplicas ? Math.min(left, (model.replicas - mostLost(model)) * each) : left;
}

/**
 * The part of what they serve at the most up to which unlike replicas may meet their targets together, as these are over all requests: each no
 * longer than the kind that meets it longest. Undefined where all are alike.
 */
function partOf(speeds: readonly KindSpeed[]): number | undefined {
  const [first, ...others] = speeds;
  const ofEach = (first?.parts ?? []).map((part, target) =>
    Math.max(part, ...others.map(({ parts }) => parts[target] ?? 0)),
  );
  return others.length === 0 ? undefined : Math.min(1, ...ofEach);
}
