import type { PlanDeployment } from "../plan-document.ts";
import { comparePlaced, compareValues, type PlanValue } from "./plan-value.ts";
import { subsets } from "./subsets.ts";
import type { Kept } from "./try-keeping.ts";
import { gained, type MoveCost, mostWorth, type Priced } from "./worth.ts";

/** Engines of which every set is tried; 2^5 solves. Beyond, one after another is put back. */
const MOST_TOGETHER = 5;

export interface Choice {
  /** Engines that run and may stay. */
  readonly running: readonly PlanDeployment[];
  /** Of those, the ones that the best plan of all leaves in place. */
  readonly unmoved: readonly PlanDeployment[];
  /** The best plan of all, made as if nothing ran. */
  readonly free: Kept | undefined;
  readonly moveCost: MoveCost;
  readonly keep: (kept: readonly PlanDeployment[]) => Kept | undefined;
  /** Seconds that what runs now would have to load again. */
  readonly reloadSeconds: (deployments: readonly PlanDeployment[]) => number;
}

/**
 * Which engines stay: all, if that is as good as the best plan of all; else every set of those that the best plan
 * would move is tried where there are few, and where there are many they are put back one by one as long as nothing
 * is lost. Undefined where no set can stay, not even the empty one.
 */
export function chooseMoves(choice: Choice): Priced | undefined {
  const tried: Priced[] = [];
  const look = (kept: readonly PlanDeployment[]): Priced | undefined => {
    const plan = choice.keep(kept);
    if (plan === undefined) {
      return undefined;
    }
    const priced = { ...plan, reloadSeconds: choice.reloadSeconds(plan.deployments) };
    tried.push(priced);
    return priced;
  };
  const stay = look(choice.running);
  if (stay === undefined || !isAsGood(stay, choice)) {
    tryMoves(choice, look);
    if (choice.free !== undefined) {
      const { free } = choice;
      tried.push({ ...free, reloadSeconds: choice.reloadSeconds(free.deployments) });
    }
  }
  return mostWorth(tried, choice.moveCost);
}

function tryMoves(
  choice: Choice,
  look: (kept: readonly PlanDeployment[]) => Kept | undefined,
): void {
  const { running, unmoved } = choice;
  const movers = running.filter((engine) => !unmoved.includes(engine));
  const together = running.length <= MOST_TOGETHER ? running : movers;
  if (together.length > MOST_TOGETHER) {
    putBack(choice, look);
    return;
  }
  for (const moved of subsets(together).filter(({ length }) => length > 0)) {
    look(running.filter((engine) => !moved.includes(engine)));
  }
}

/** From the engines that the best plan leaves in place: as many more as nothing is lost by. */
function putBack(
  { running, unmoved, moveCost, reloadSeconds }: Choice,
  look: (kept: readonly PlanDeployment[]) => Kept | undefined,
): void {
  let kept = unmoved;
  let best = look(kept)?.value;
  const movers = running.filter((engine) => !unmoved.includes(engine));
  const longestFirst = movers
    .map((engine) => ({ engine, seconds: reloadSeconds(running.filter((one) => one !== engine)) }))
    .sort((a, b) => b.seconds - a.seconds);
  for (const { engine } of longestFirst) {
    const more = running.filter((one) => kept.includes(one) || one === engine);
    const plan = look(more);
    if (plan !== undefined && (best === undefined || isNoWorse(plan.value, best, moveCost))) {
      kept = more;
      best = plan.value;
    }
  }
}

function isAsGood(stay: Kept, { free, moveCost }: Choice): boolean {
  return free === undefined || isNoWorse(stay.value, free.value, moveCost);
}

/** Where moves cost something, precision, cards and links alone never pay for one. */
function isNoWorse(value: PlanValue, than: PlanValue, moveCost: MoveCost): boolean {
  return moveCost === 0
    ? compareValues(value, than) >= 0
    : (comparePlaced(value, than) || gained(than, value) * -1) >= 0;
}
