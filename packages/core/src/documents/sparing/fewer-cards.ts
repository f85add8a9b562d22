import type { FleetGpu } from "../../hardware/fleet.ts";
import type { OwnCards } from "./most-carried.ts";

/** A replica that breaks a target at less than this part of what it serves at the most holds up all others. */
const LEAST_PART = 0.1;

/**
 * The cards of a model without its slowest ones, in ever smaller sets: first without all kinds that are of no use to it,
 * then without one kind after another, then card by card. None where all are as fast.
 */
export function fewerCards({ gpus, speeds }: OwnCards): readonly (readonly FleetGpu[])[] {
  const useful = speeds.filter(({ within, most }) => within > most * LEAST_PART);
  const placeOf = ({ catalogId }: FleetGpu): number =>
    useful.findIndex(({ kind }) => kind === catalogId);
  const ordered = gpus
    .filter((gpu) => placeOf(gpu) >= 0)
    .toSorted((a, b) => placeOf(a) - placeOf(b));
  const ofFastest = ordered.filter((gpu) => placeOf(gpu) === 0).length;
  const sets = Array.from({ length: Math.max(0, ordered.length - ofFastest) }, (_, i) =>
    ordered.slice(0, ordered.length - 1 - i),
  );
  const isWhole = (own: readonly FleetGpu[]): boolean =>
    own.at(-1)?.catalogId !== ordered[own.length]?.catalogId;
  const all = ordered.length === 0 || ordered.length === gpus.length ? [] : [ordered];
  return [...all, ...sets.filter(isWhole), ...sets.filter((own) => !isWhole(own))];
}
