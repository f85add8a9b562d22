import type { CurvePoint, Latency } from "@berth/core/capacity";
import type { Look } from "./look.ts";

/** Rows of a plot. */
export const PLOT_ROWS = 14;
const MOST_COLUMNS = 64;
/** What stands left of the plot, and room at the right end for the last rate. */
const MARGIN = 12;
/** Beyond this share of the most, latencies grow without end: they don't stretch the axis. */
const SHOWN_SHARE = 0.97;
/** Columns between two rates. */
const TICK_COLUMNS = 12;

/** One percentile of a latency at rising rates. */
export interface Line {
  readonly percentile: number;
  readonly points: readonly { readonly rate: number; readonly seconds: number }[];
}

/** Where rates and times lie, in columns and rows from the top left. */
export interface PlotScales {
  readonly columns: number;
  /** Undefined for what lies above or below. */
  readonly rowOf: (seconds: number) => number | undefined;
  /** Undefined for a rate beyond the most. */
  readonly columnOf: (rate: number) => number | undefined;
  /** The line's seconds at a column's rate; undefined before its first and after its last point. */
  readonly secondsAt: (line: Line, column: number) => number | undefined;
  /** Times by their rows. */
  readonly times: ReadonlyMap<number, string>;
  /** The rates below the columns. */
  readonly rates: string;
}

/** The lines of a metric, by rising percentiles. */
export function linesOf(points: readonly CurvePoint[], metric: Latency["metric"]): readonly Line[] {
  const own = points.flatMap(({ requestsPerSecond: rate, latencies }) =>
    latencies.filter((one) => one.metric === metric).map((one) => ({ ...one, rate })),
  );
  const percentiles = [...new Set(own.map(({ percentile }) => percentile))].sort((a, b) => a - b);
  return percentiles.map((percentile) => ({
    percentile,
    points: own.filter((one) => one.percentile === percentile),
  }));
}

/** Rates from 0 to the most that is served, and times on a logarithmic axis, since they grow by powers of ten. */
export function plotScales(
  lines: readonly Line[],
  targets: readonly { readonly mostSeconds: number }[],
  { most, look }: { readonly most: number; readonly look: Pick<Look, "width"> },
): PlotScales {
  const columns = Math.max(1, Math.min(MOST_COLUMNS, look.width - MARGIN));
  const shown = [
    ...lines.flatMap(({ points }) =>
      points.filter(({ rate }) => rate <= SHOWN_SHARE * most).map(({ seconds }) => seconds),
    ),
    ...targets.map(({ mostSeconds }) => mostSeconds),
  ];
  const [low, high] = [Math.log(Math.min(...shown)), Math.log(Math.max(...shown))];
  const perRow = Math.max(high - low, LEAST_SPAN) / (PLOT_ROWS - 1);
  const rowOf = (seconds: number): number | undefined => {
    const row = PLOT_ROWS - 1 - Math.round((Math.log(seconds) - low) / perRow);
    return row >= 0 && row < PLOT_ROWS ? row : undefined;
  };
  return {
    columns,
    rowOf,
    columnOf: (rate) =>
      rate > most ? undefined : Math.min(columns - 1, Math.floor((rate / most) * columns)),
    secondsAt: ({ points }, column) => interpolated(points, ((column + 1 / 2) * most) / columns),
    times: timesOf(rowOf, [low, low + perRow * (PLOT_ROWS - 1)]),
    rates: ratesOf(most, columns),
  };
}

/** Where all times are nearly the same, the axis spans this much all the same: e^0.5 is a factor of 1.6. */
const LEAST_SPAN = 0.5;

/** Between the two nearest points, on the logarithm of the seconds. */
function interpolated(points: Line["points"], at: number): number | undefined {
  const after = points.findIndex(({ rate }) => rate >= at);
  const [from, to] = [points[after - 1], points[after]];
  if (from === undefined || to === undefined) {
    return undefined;
  }
  const part = (at - from.rate) / (to.rate - from.rate);
  return from.seconds ** (1 - part) * to.seconds ** part;
}

/** Digits that round numbers begin with. */
const ROUND = [1, 2, 5] as const;

/** Round times, each at the row that is nearest. */
function timesOf(
  rowOf: PlotScales["rowOf"],
  [low, high]: readonly [number, number],
): ReadonlyMap<number, string> {
  const [first, last] = [low, high].map((one) => Math.floor(one / Math.LN10)) as [number, number];
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const times = powers.flatMap((power) => ROUND.map((digit) => digit * 10 ** power));
  return new Map(
    times.flatMap((seconds) => {
      const row = rowOf(seconds);
      return row === undefined ? [] : [[row, shortTime(seconds)] as const];
    }),
  );
}

/** "20 ms", "2 s" */
function shortTime(seconds: number): string {
  return seconds < 1
    ? `${Number((1000 * seconds).toPrecision(3))} ms`
    : `${Number(seconds.toPrecision(3))} s`;
}

/** Round rates, each beginning below the column that it lies in. */
function ratesOf(most: number, columns: number): string {
  const least = (most * TICK_COLUMNS) / columns;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([...ROUND, 10].find((digit) => digit * power >= least) ?? 10) * power;
  const count = Math.floor(most / step);
  return Array.from({ length: count + 1 }, (_, i) => i).reduce((line, i) => {
    const column = Math.floor(((i * step) / most) * columns);
    return `${line.padEnd(column)}${Number((i * step).toPrecision(3))}`;
  }, "");
}
