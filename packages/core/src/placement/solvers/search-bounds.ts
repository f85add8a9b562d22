import type { FleetIndex } from "./fleet-index.ts";
import type { Item, PricedChoice } from "./search-items.ts";

/** What the items from one depth on need at least. */
export interface Tail {
  /** Sum of their least penalties. */
  readonly penalty: number;
  /** Least extra penalty with which one of them departs from its least; Infinity where none can. */
  readonly extra: number;
  /** For each weighting of the pools. */
  readonly needs: readonly TailNeed[];
}

export interface TailNeed {
  readonly weights: readonly number[];
  /** Weighted bytes when every item pays its least penalty. */
  readonly bytes: number;
  /** Most that can be saved when 1, 2, … items pay more than that. */
  readonly savings: readonly number[];
}

/** Weightings: every set of pools where there are few, else each pool alone and all together. */
export function weightings(fleet: FleetIndex): number[][] {
  const n = fleet.pools.length;
  const all = fleet.pools.map(() => 1);
  if (n <= 3) {
    const sets = Array.from({ length: 2 ** n - 1 }, (_, i) => i + 1);
    return sets.map((set) => all.map((_, p) => Math.floor(set / 2 ** p) % 2));
  }
  return [...all.map((_, p) => all.map((_, q) => (p === q ? 1 : 0))), all];
}

/** One tail for every depth, and an empty one at the end. */
export function tailsOf(fleet: FleetIndex, items: readonly Item[]): Tail[] {
  const sets = weightings(fleet);
  const parts = items.map((item) => partOf(fleet, item, sets));
  return Array.from({ length: items.length + 1 }, (_, depth) => tailOf(parts.slice(depth), sets));
}

interface Part {
  readonly penalty: number;
  readonly extra: number;
  readonly least: readonly number[];
  readonly saving: readonly number[];
}

function partOf(fleet: FleetIndex, item: Item, sets: readonly number[][]): Part {
  const penalty = leastOf(item.choices.map((choice) => choice.penalty));
  const dearer = item.choices.filter((choice) => choice.penalty > penalty);
  const cheap = item.choices.filter((choice) => choice.penalty === penalty);
  const least = (choices: readonly PricedChoice[], weights: readonly number[]) =>
    leastOf(choices.map((choice) => weightedBytes(fleet, { item, choice, weights })));
  const base = sets.map((weights) => least(cheap, weights));
  return {
    penalty,
    extra: leastOf(dearer.map((choice) => choice.penalty - penalty)),
    least: base,
    saving: sets.map((weights, i) => Math.max(0, (base[i] ?? 0) - least(dearer, weights))),
  };
}

function tailOf(parts: readonly Part[], sets: readonly number[][]): Tail {
  return {
    penalty: parts.reduce((sum, part) => sum + part.penalty, 0),
    extra: leastOf(parts.map((part) => part.extra)),
    needs: sets.map((weights, i) => ({
      weights,
      bytes: parts.reduce((sum, part) => sum + (part.least[i] ?? 0), 0),
      savings: runningSums(parts.map((part) => part.saving[i] ?? 0).sort((a, b) => b - a)),
    })),
  };
}

/** Bytes that a choice takes from the weighted pools; an exclusive model takes whole cards. */
function weightedBytes(
  fleet: FleetIndex,
  at: { readonly item: Item; readonly choice: PricedChoice; readonly weights: readonly number[] },
): number {
  let sum = 0;
  for (const run of at.choice.runs) {
    const whole = at.item.isExclusive ? (fleet.pools[run.pool]?.leastCapacity ?? 0) : 0;
    sum += (at.weights[run.pool] ?? 0) * run.count * Math.max(run.need, whole);
  }
  return sum;
}

function runningSums(values: readonly number[]): number[] {
  const sums: number[] = [0];
  for (const value of values) {
    sums.push((sums.at(-1) ?? 0) + value);
  }
  return sums;
}

function leastOf(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

/** Least bytes that a tail takes from the weighted pools when `left` may still be paid. */
export function leastBytes(tail: Tail, need: TailNeed, left: number): number {
  const departing = Math.floor((left - tail.penalty) / tail.extra);
  const most = need.savings.length - 1;
  return need.bytes - (need.savings[Math.min(most, departing)] ?? 0);
}
