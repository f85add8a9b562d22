import type { CapacityCurve, Latency, ModelCapacity } from "@berth/core/capacity";
import { type ScaleLinear, type ScaleLogarithmic, scaleLinear, scaleLog } from "d3-scale";
import { rateText } from "../../text/say-capacity.ts";
import { CHART_MARGIN as MARGIN, type Tick } from "../../viz/chart-axes.tsx";

export const CURVE_HEIGHT = 260;
const TICK_WIDTH = 80;
/** Beyond this share of the most, latencies grow without end: they don't stretch the axis. */
const SHOWN_SHARE = 0.97;
/** Room beside and above what is shown. */
const ASIDE = 1.04;
const ABOVE = 1.25;

/** One latency at rising rates. */
export interface Line {
  readonly percentile: number;
  readonly points: readonly (Latency & { readonly rate: number })[];
}

export interface CurveScales {
  /** Requests a second. */
  readonly x: ScaleLinear<number, number>;
  /** Seconds; logarithmic, since latencies grow by powers of ten. */
  readonly y: ScaleLogarithmic<number, number>;
  readonly right: number;
  readonly bottom: number;
}

/** The lines of one metric, by rising percentiles. */
export function linesOf(
  { points }: CapacityCurve,
  metric: Latency["metric"],
  percentiles: readonly number[],
): readonly Line[] {
  return percentiles.map((percentile) => ({
    percentile,
    points: points.flatMap(({ requestsPerSecond, latencies }) =>
      latencies
        .filter((one) => one.metric === metric && one.percentile === percentile)
        .map((latency) => ({ ...latency, rate: requestsPerSecond })),
    ),
  }));
}

export function curveScales(
  lines: readonly Line[],
  { requestsPerSecond, mostRequestsPerSecond }: ModelCapacity,
  { targets, width }: { readonly targets: readonly number[]; readonly width: number },
): CurveScales {
  const shown = lines.flatMap(({ points }) =>
    points.filter(({ rate }) => rate <= SHOWN_SHARE * mostRequestsPerSecond),
  );
  const least = Math.min(...shown.map(({ lowSeconds }) => lowSeconds), ...targets);
  const most = Math.max(...shown.map(({ highSeconds }) => highSeconds), ...targets);
  const right = Math.max(MARGIN.left + 1, width - MARGIN.right);
  const bottom = CURVE_HEIGHT - MARGIN.bottom;
  const end = Math.max(requestsPerSecond, mostRequestsPerSecond) * ASIDE;
  return {
    x: scaleLinear([0, end], [MARGIN.left, right]),
    y: scaleLog([least / ABOVE, most * ABOVE], [bottom, MARGIN.top]),
    right,
    bottom,
  };
}

/** Rates as there is room for them. */
export function rateTicks({ x, right }: CurveScales): readonly Tick[] {
  const count = Math.max(2, Math.floor((right - MARGIN.left) / TICK_WIDTH));
  const format = x.tickFormat(count);
  return x.ticks(count).map((tick) => ({ at: x(tick), text: format(tick) }));
}

/** Times that begin with 1, 2 or 5; where few or many do, others. */
export function timeTicks({ y }: CurveScales): readonly Tick[] {
  const round = y.ticks().filter((tick) => ROUND.has(digitsOf(tick)));
  const few = round.length > MOST_ROWS ? round.filter((tick) => digitsOf(tick) === "1") : round;
  const ticks = few.length < LEAST_ROWS ? scaleLinear(y.domain(), [0, 1]).ticks(LEAST_ROWS) : few;
  return ticks.map((tick) => ({ at: y(tick), text: shortTime(tick) }));
}

const ROUND: ReadonlySet<string> = new Set(["1", "2", "5"]);
const MOST_ROWS = 7;
const LEAST_ROWS = 3;

/** The digits of a number without its zeros: "25" of 0.025. */
function digitsOf(value: number): string {
  return value
    .toPrecision(12)
    .replace(/e.*$/, "")
    .replace(/[.]/g, "")
    .replace(/^0+|0+$/g, "");
}

/** "20 ms", "2 s" */
function shortTime(seconds: number): string {
  const [value, unit] = seconds < 1 ? [seconds * 1000, "ms"] : [seconds, "s"];
  return `${Number(value.toPrecision(3))} ${unit}`;
}

/** A path through the points of a line; where it is to go along the bounds, `of` says so. */
export function pathOf(
  { points }: Line,
  { x, y }: CurveScales,
  of: (point: Latency) => number = ({ seconds }) => seconds,
): string {
  return points
    .map((point, at) => `${at === 0 ? "M" : "L"}${fixed(x(point.rate))} ${fixed(y(of(point)))}`)
    .join("");
}

/** What lies between the bounds of a line. */
export function bandOf(line: Line, scales: CurveScales): string {
  const back = { ...line, points: line.points.toReversed() };
  const below = pathOf(back, scales, ({ lowSeconds }) => lowSeconds).replace(/^M/, "L");
  return line.points.length === 0
    ? ""
    : `${pathOf(line, scales, ({ highSeconds }) => highSeconds)}${below}Z`;
}

/** Tenths of a pixel are enough. */
function fixed(value: number): string {
  return value.toFixed(1);
}

/** The lowest rate at which a target breaks; undefined without targets. */
export function breakingPoint({ targets }: ModelCapacity): number | undefined {
  return targets.length === 0
    ? undefined
    : Math.min(...targets.map(({ breaksAtRequestsPerSecond }) => breaksAtRequestsPerSecond));
}

/** "Asked for 1.00 …": what the marks of a chart say, in one place for its name and its legend. */
export function markRates(model: ModelCapacity): {
  readonly asked: string;
  readonly most: string;
  readonly breaks: string | undefined;
} {
  const breaks = breakingPoint(model);
  return {
    asked: rateText(model.requestsPerSecond),
    most: rateText(model.mostRequestsPerSecond),
    breaks: breaks === undefined ? undefined : rateText(breaks),
  };
}
