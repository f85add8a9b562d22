import type { FleetIndex } from "./fleet-index.ts";
import type { Item, PricedChoice } from "./search-items.ts";

/** What the items from one depth on need at least. */
export interface Tail {
  /** Sum of their least penalties. */
  readonly penalty: number;
  /** For each weighting of the pools. */
  readonly needs: readonly TailNeed[];
}

export interface TailNeed {
  readonly weights: readonly number[];
  /** Weighted bytes when every item pays its least penalty. */
  readonly bytes: number;
  /** What paying more saves: bytes saved by `paid`, concave, from (0, 0) on. */
  readonly paid: readonly number[];
  readonly saved: readonly number[];
}

/** One tail for every depth, and an empty one at the end. */
export function tailsOf(fleet: FleetIndex, items: readonly Item[]): Tail[] {
  const sets = weightings(fleet);
  const parts = items.map((item) => partOf(fleet, item, sets));
  return Array.from({ length: items.length + 1 }, (_, depth) => tailOf(parts.slice(depth), sets));
}

/** Weighted bytes that each choice of each item takes: takes[item][choice][weighting]. */
export function takesOf(fleet: FleetIndex, items: readonly Item[]): number[][][] {
  const sets = weightings(fleet);
  return items.map((item) =>
    item.choices.map((choice) =>
      sets.map((weights) => weightedBytes(fleet, { item, choice, weights })),
    ),
  );
}

/**
 * Least weighted bytes that a tail takes when `left` may be paid. Whole penalties can only save less
 * than fractions of them do, so this is never too much.
 */
export function leastBytes(tail: Tail, need: TailNeed, left: number): number {
  const more = left - tail.penalty;
  const { paid, saved } = need;
  let i = 0;
  while (i + 1 < paid.length && (paid[i + 1] ?? 0) <= more) {
    i += 1;
  }
  const from = paid[i] ?? 0;
  const to = paid[i + 1];
  const gain = saved[i] ?? 0;
  const part = to === undefined ? 0 : (more - from) / (to - from);
  const all = gain + part * ((saved[i + 1] ?? gain) - gain);
  return Math.ceil(need.bytes - all - ROUNDING);
}

/** Bytes; above the rounding of sums of fleets' bytes in double precision, below one byte. */
const ROUNDING = 0.01;

/** Weightings: every set of pools where there are few, else each pool alone and all together. */
function weightings(fleet: FleetIndex): number[][] {
  const n = fleet.pools.length;
  const all = fleet.pools.map(() => 1);
  if (n <= 3) {
    const sets = Array.from({ length: 2 ** n - 1 }, (_, i) => i + 1);
    return sets.map((set) => all.map((_, p) => Math.floor(set / 2 ** p) % 2));
  }
  return [...all.map((_, p) => all.map((_, q) => (p === q ? 1 : 0))), all];
}

interface Part {
  readonly penalty: number;
  /** For each weighting: bytes at the least penalty, and what each further step saves. */
  readonly bytes: readonly number[];
  readonly steps: readonly (readonly Step[])[];
}

/** Paying `price` more saves `saving` bytes more. */
interface Step {
  readonly price: number;
  readonly saving: number;
}

function partOf(fleet: FleetIndex, item: Item, sets: readonly number[][]): Part {
  const penalty = leastOf(item.choices.map((choice) => choice.penalty));
  const curves = sets.map((weights) => curveOf(fleet, item, weights));
  return {
    penalty,
    bytes: curves.map((points) => points[0]?.bytes ?? Number.POSITIVE_INFINITY),
    steps: curves.map(stepsOf),
  };
}

interface Point {
  readonly penalty: number;
  readonly bytes: number;
}

/** The lower convex hull of (penalty, bytes), from the least penalty to the least bytes. */
function curveOf(fleet: FleetIndex, item: Item, weights: readonly number[]): Point[] {
  const points = item.choices
    .map((choice) => ({
      penalty: choice.penalty,
      bytes: weightedBytes(fleet, { item, choice, weights }),
    }))
    .sort((a, b) => a.penalty - b.penalty || a.bytes - b.bytes);
  const hull: Point[] = [];
  for (const point of points) {
    if (point.bytes >= (hull.at(-1)?.bytes ?? Number.POSITIVE_INFINITY)) {
      continue;
    }
    while (hull.length > 1 && !isBelow(hull, point)) {
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}

/** Whether the last point of the hull lies below the line from the one before it to `next`. */
function isBelow(hull: readonly Point[], next: Point): boolean {
  const last = hull.at(-1) ?? next;
  const before = hull.at(-2) ?? last;
  const toLast = (before.bytes - last.bytes) / (last.penalty - before.penalty);
  const toNext = (before.bytes - next.bytes) / (next.penalty - before.penalty);
  return toLast > toNext;
}

function stepsOf(points: readonly Point[]): Step[] {
  return points.slice(1).map((point, i) => ({
    price: point.penalty - (points[i]?.penalty ?? 0),
    saving: (points[i]?.bytes ?? 0) - point.bytes,
  }));
}

function tailOf(parts: readonly Part[], sets: readonly number[][]): Tail {
  return {
    penalty: parts.reduce((sum, part) => sum + part.penalty, 0),
    needs: sets.map((weights, i) => {
      const steps = parts
        .flatMap((part) => part.steps[i] ?? [])
        .sort((a, b) => b.saving / b.price - a.saving / a.price);
      return {
        weights,
        bytes: parts.reduce((sum, part) => sum + (part.bytes[i] ?? 0), 0),
        paid: runningSums(steps.map((step) => step.price)),
        saved: runningSums(steps.map((step) => step.saving)),
      };
    }),
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
