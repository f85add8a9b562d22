import { type PlacedFleet, placeFleet } from "../placement/place-fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import type { PlanRemedy } from "./plan-document.ts";
import type { Attempt, Family, Refused } from "./remedy.ts";
import { largerCards, moreCards } from "./remedy-cards.ts";
import {
  fewerSequences,
  otherLayout,
  otherPrecision,
  precisionAndLayout,
  shared,
  shorterSequences,
  smallerKv,
} from "./remedy-settings.ts";

/** Cheapest for the user first. */
const FAMILIES: readonly Family[] = [
  fewerSequences,
  shorterSequences,
  smallerKv,
  shared,
  otherPrecision,
  otherLayout,
  precisionAndLayout,
  moreCards,
  largerCards,
];

/**
 * What would let the model in, cheapest for the user first: each family of changes is tried from small to
 * large, solved again with everything that was placed, and shown only when it works.
 */
export function remediesFor(refused: Refused): readonly PlanRemedy[] {
  return FAMILIES.flatMap((family) => {
    for (const attempt of family(refused)) {
      const placed = tryAttempt(refused, attempt);
      if (placed !== undefined) {
        return [{ text: attempt.say(placed), change: attempt.change, verified: true }];
      }
    }
    return [];
  });
}

/** The fleet after the change, when the model is placed and no one else lost its place. */
function tryAttempt(refused: Refused, attempt: Attempt): PlacedFleet | undefined {
  const { models, model, placed } = refused;
  // most attempts fail by themselves: only what fits alone is worth solving the fleet again
  if (solveAfter(refused, [{ ...model, ...attempt.model }], attempt).solution.unplaced.length > 0) {
    return undefined;
  }
  const changed = models.map((each) =>
    each.name === model.name ? { ...each, ...attempt.model } : each,
  );
  const solved = solveAfter(refused, changed, attempt);
  const isWorse = solved.solution.unplaced.some(
    (name) => name === model.name || !placed.solution.unplaced.includes(name),
  );
  return isWorse ? undefined : solved;
}

function solveAfter(
  { fleet, nodeLimit }: Refused,
  models: readonly PlannedModel[],
  { cards = [] }: Attempt,
): PlacedFleet {
  return placeFleet(models, { ...fleet, gpus: [...fleet.gpus, ...cards] }, { nodeLimit });
}
