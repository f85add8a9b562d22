import { comparePlaced, compareValues, goalGain, type PlanValue, shareGain } from "./plan-value.ts";
import type { Kept } from "./try-keeping.ts";

/** A plan, and how long what runs now would have to load again for it. */
export interface Priced extends Kept {
  readonly reloadSeconds: number;
}

/**
 * What a minute of loading again must buy: so much more of what it wants for the worst-served model that gets another
 * share, and beside it, or without loss for any, such a part more of what the objective asks for. 0: the best plan wins, and staying breaks ties. Infinity: only a model without a place moves others.
 */
export type MoveCost = number;

/** The plan that is worth its moves: each in turn must buy what it costs over the best with fewer. */
export function mostWorth(plans: readonly Priced[], moveCost: MoveCost): Priced | undefined {
  const cheapFirst = [...plans].sort((a, b) => a.reloadSeconds - b.reloadSeconds);
  let best: Priced | undefined;
  for (const plan of cheapFirst) {
    best = best === undefined || isWorth(plan, best, moveCost) ? plan : best;
  }
  return best;
}

const SECONDS_A_MINUTE = 60;

function isWorth(plan: Priced, than: Priced, moveCost: MoveCost): boolean {
  const placed = comparePlaced(plan.value, than.value);
  const minutes = (plan.reloadSeconds - than.reloadSeconds) / SECONDS_A_MINUTE;
  if (placed !== 0) {
    return placed > 0;
  }
  if (minutes <= 0 || moveCost === 0) {
    return compareValues(plan.value, than.value) > 0;
  }
  const gain = gained(plan.value, than.value);
  return gain > 0 && gain >= moveCost * minutes;
}

/** What moves bought: of the shares and, where no share is less, of what the objective asks for. */
export function gained(value: PlanValue, than: PlanValue): number {
  const share = shareGain(value, than);
  if (share !== 0) {
    return share < 0 ? share : share + Math.max(0, goalGain(value, than));
  }
  return value.sequences < than.sequences ? 0 : goalGain(value, than);
}
