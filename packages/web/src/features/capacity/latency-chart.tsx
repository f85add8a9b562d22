import type { CapacityCurve, Latency, ModelCapacity, TargetCapacity } from "@berth/core/capacity";
import { type ReactNode, useId } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { percentileText, targetText } from "../../text/say-capacity.ts";
import { useWidth } from "../../ui/use-width.ts";
import { ChartAxes, CHART_MARGIN as MARGIN } from "../../viz/chart-axes.tsx";
import { ChartLegend, type LegendEntry } from "./chart-legend.tsx";
import {
  bandOf,
  breakingPoint,
  CURVE_HEIGHT,
  type CurveScales,
  curveScales,
  type Line,
  linesOf,
  markRates,
  pathOf,
  rateTicks,
  timeTicks,
} from "./curve-scales.ts";

const FIRST_WIDTH = 480;
const DOT = 5;

/** One latency of a model against the rate: its percentiles, the bounds of the highest, its targets, and what is asked now. */
export function LatencyChart({
  curve,
  model,
  metric,
  percentiles,
}: {
  readonly curve: CapacityCurve;
  readonly model: ModelCapacity;
  readonly metric: Latency["metric"];
  /** The percentiles that are asked for; those of its targets are drawn too. */
  readonly percentiles: readonly number[];
}): ReactNode {
  const [place, width] = useWidth<HTMLDivElement>(FIRST_WIDTH);
  const clip = useId();
  const text = CAPACITY_TEXT.chart;
  const targets = model.targets.filter((target) => target.metric === metric);
  const all = [...percentiles, ...targets.map(({ percentile }) => percentile)];
  const shown = [...new Set(all)].sort((a, b) => a - b);
  const lines = linesOf(curve, metric, shown);
  const limits = targets.map(({ mostSeconds }) => mostSeconds);
  const scales = curveScales(lines, model, { targets: limits, width });
  const { right, bottom } = scales;
  const name = CAPACITY_TEXT.names[metric];
  return (
    <figure className="latency-chart">
      <h5>{name}</h5>
      <div ref={place}>
        <svg
          width={width}
          height={CURVE_HEIGHT}
          role="img"
          aria-label={text.label(name, model.model, said(model))}
        >
          <ChartAxes
            rows={timeTicks(scales)}
            columns={rateTicks(scales)}
            names={{ across: text.rate, up: CAPACITY_TEXT.metrics[metric] }}
            right={right}
            bottom={bottom}
          />
          <clipPath id={clip}>
            <rect
              x={MARGIN.left}
              y={MARGIN.top}
              width={right - MARGIN.left}
              height={bottom - MARGIN.top}
            />
          </clipPath>
          <g clipPath={`url(#${clip})`}>
            <Lines lines={lines} scales={scales} />
          </g>
          <RateMarks model={model} scales={scales} />
          {targets.map((target) => (
            <TargetMark key={targetText(target)} target={target} scales={scales} />
          ))}
        </svg>
      </div>
      <ChartLegend entries={legendOf(model, shown, targets)} />
    </figure>
  );
}

function Lines({
  lines,
  scales,
}: {
  readonly lines: readonly Line[];
  readonly scales: CurveScales;
}): ReactNode {
  const highest = lines.at(-1);
  return (
    <>
      {highest !== undefined && <path className="curve-band" d={bandOf(highest, scales)} />}
      {lines.map((line, place) => (
        <path
          key={line.percentile}
          className={`curve-line curve-${dashOf(place, lines.length)}`}
          d={pathOf(line, scales)}
        />
      ))}
    </>
  );
}

/** The highest percentile is a line, the next has dashes, those below have dots. */
function dashOf(place: number, count: number): string {
  return ["whole", "dashed"][count - 1 - place] ?? "dotted";
}

/** Today's rate, the first rate at which a target breaks, and the most. */
function RateMarks({
  model,
  scales: { x, bottom },
}: {
  readonly model: ModelCapacity;
  readonly scales: CurveScales;
}): ReactNode {
  const marks = [
    { kind: "most", rate: model.mostRequestsPerSecond },
    { kind: "breaks", rate: breakingPoint(model) },
    { kind: "asked", rate: model.requestsPerSecond },
  ];
  return marks.map(
    ({ kind, rate }) =>
      rate !== undefined && (
        <line
          key={kind}
          className={`rate-mark rate-${kind}`}
          x1={x(rate)}
          x2={x(rate)}
          y1={MARGIN.top}
          y2={bottom}
        />
      ),
  );
}

function TargetMark({
  target: { mostSeconds, breaksAtRequestsPerSecond },
  scales: { x, y, right },
}: {
  readonly target: TargetCapacity;
  readonly scales: CurveScales;
}): ReactNode {
  return (
    <>
      <line
        className="target-line"
        x1={MARGIN.left}
        x2={right}
        y1={y(mostSeconds)}
        y2={y(mostSeconds)}
      />
      <circle className="break-dot" cx={x(breaksAtRequestsPerSecond)} cy={y(mostSeconds)} r={DOT} />
    </>
  );
}

function legendOf(
  model: ModelCapacity,
  shown: readonly number[],
  targets: readonly TargetCapacity[],
): readonly LegendEntry[] {
  const text = CAPACITY_TEXT.chart;
  const { asked, most, breaks } = markRates(model);
  const highest = shown.at(-1) ?? 0;
  return [
    ...shown.map((percentile, place) => ({
      mark: dashOf(place, shown.length),
      name: text.expected(percentileText(percentile)),
    })),
    { mark: "band", name: text.bounds(percentileText(highest)) },
    ...targets.map((target) => ({ mark: "target", name: text.target(targetText(target)) })),
    { mark: "asked", name: text.askedNow(asked) },
    ...(breaks === undefined ? [] : [{ mark: "breaks", name: text.breaks(breaks) }]),
    { mark: "most", name: text.most(most) },
  ];
}

function said(model: ModelCapacity): string {
  const text = CAPACITY_TEXT.chart;
  const { asked, most, breaks } = markRates(model);
  return [text.marks(asked, most), ...(breaks === undefined ? [] : [text.breaking(breaks)])].join(
    " ",
  );
}
