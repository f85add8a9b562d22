/** One constant: its name, and the values to choose from. */
export interface Axis {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

export type Point = Readonly<Record<string, number>>;

/** Rounds of the descent; it settles within ten. */
const MOST_ROUNDS = 50;

/**
 * Coordinate descent over grids, from the start given: each constant in turn takes the value of its grid with
 * the least loss, until none moves. The same rows give the same point. Grids as coarse as the constants are
 * worth keep digits out that the rows can't tell.
 */
export function fitOnGrid(
  axes: readonly Axis[],
  start: Point,
  loss: (point: Point) => number,
): Point {
  let point = start;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = axes.reduce((best, axis) => bestOn(axis, best, loss), point);
    if (axes.every(({ name }) => next[name] === point[name])) {
      return next;
    }
    point = next;
  }
  return point;
}

function bestOn(axis: Axis, point: Point, loss: (point: Point) => number): Point {
  let best = point;
  let least = loss(point);
  const steps = Math.round((axis.to - axis.from) / axis.step);
  for (let i = 0; i <= steps; i += 1) {
    const candidate = { ...point, [axis.name]: Number((axis.from + i * axis.step).toFixed(6)) };
    const found = loss(candidate);
    if (found < least) {
      best = candidate;
      least = found;
    }
  }
  return best;
}

/** Every third row is kept apart from the fit and only checked. */
export function isHeldBack(index: number): boolean {
  return index % 3 === 2;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`.padStart(9);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
