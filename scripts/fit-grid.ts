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

/** Steps of the passes of a quick fit, in steps of the grid. */
const PASSES = [16, 4, 1];

/**
 * The same descent in three passes, each on a finer grid around what the one before it found: a sixth of the work, for
 * fits that are made for each group of rows.
 */
export function fitInPasses(
  axes: readonly Axis[],
  start: Point,
  loss: (point: Point) => number,
): Point {
  return PASSES.reduce((point, scale, pass) => {
    const before = PASSES[pass - 1];
    const windows = axes.map((axis) =>
      windowOf(axis, { scale, before, at: point[axis.name] ?? 0 }),
    );
    return fitOnGrid(windows, point, loss);
  }, start);
}

function windowOf(
  axis: Axis,
  {
    scale,
    before,
    at,
  }: { readonly scale: number; readonly before: number | undefined; readonly at: number },
): Axis {
  const reach = (before ?? Number.POSITIVE_INFINITY) * axis.step;
  return {
    ...axis,
    from: Math.max(axis.from, at - reach),
    to: Math.min(axis.to, at + reach),
    step: axis.step * scale,
  };
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
