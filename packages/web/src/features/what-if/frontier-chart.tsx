import { formatCount } from "@berth/core";
import type { FrontierPoint, LoadPoint, LoadSubject, LoadVerdict } from "@berth/core/changes";
import { type ScaleLinear, scaleLinear } from "d3-scale";
import type { ReactNode } from "react";
import { WHAT_IF_TEXT } from "../../text/what-if-en.ts";
import { useWidth } from "../../ui/use-width.ts";
import { ChartAxes, CHART_MARGIN as MARGIN } from "../../viz/chart-axes.tsx";
import type { OpenedLoad } from "../../worker/load-protocol.ts";
import { toldText } from "./verdict-text.ts";

const HEIGHT = 300;
const FIRST_WIDTH = 640;
const TICK_WIDTH = 90;
const TICK_HEIGHT = 50;
/** Above the line, so much of its height is shown of what does not fit. */
const ABOVE = 1.35;

interface Scales {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly right: number;
  readonly bottom: number;
}

/** KV tokens against sequences: what fits is below the line. The plan is a square, the sliders are a dot. */
export function FrontierChart({
  subject,
  opened: { frontier, mostSequences },
  line,
  share,
  point,
  verdict,
  label,
}: {
  readonly subject: LoadSubject;
  readonly opened: OpenedLoad;
  readonly line: readonly FrontierPoint[];
  readonly share: number | undefined;
  readonly point: LoadPoint;
  readonly verdict: LoadVerdict | undefined;
  readonly label: string;
}): ReactNode {
  const [place, width] = useWidth<HTMLDivElement>(FIRST_WIDTH);
  const scales = scalesOf(frontier, mostSequences, width);
  const planned = subject.planned;
  return (
    <figure className="frontier">
      <div ref={place}>
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          <Axes scales={scales} />
          <path
            className="frontier-area"
            d={`${pathOf(frontier, scales)}${closing(frontier, scales)}`}
          />
          <path className="frontier-line" d={pathOf(frontier, scales)} />
          {line.length > 0 && <path className="frontier-within" d={pathOf(line, scales)} />}
          <Ray maxSeqLen={point.maxSeqLen} scales={scales} />
          <rect className="frontier-plan" {...squareAt(planned, scales)} />
          <circle
            className="frontier-chosen"
            data-fits={verdict?.fits}
            cx={placed(point, scales).x}
            cy={placed(point, scales).y}
            r={DOT}
          />
        </svg>
      </div>
      <Legend
        ray={point.maxSeqLen}
        fits={verdict?.fits}
        within={line.length > 0 && share !== undefined ? toldText(subject, share) : undefined}
      />
    </figure>
  );
}

const DOT = 6;
const SQUARE = 14;

function scalesOf(frontier: readonly FrontierPoint[], most: number, width: number): Scales {
  const highest = frontier.reduce((top, { kvTokens }) => Math.max(top, kvTokens), 1);
  const right = Math.max(MARGIN.left + 1, width - MARGIN.right);
  const bottom = HEIGHT - MARGIN.bottom;
  return {
    x: scaleLinear([0, most], [MARGIN.left, right]),
    y: scaleLinear([0, highest * ABOVE], [bottom, MARGIN.top]),
    right,
    bottom,
  };
}

/** Where a point is drawn; at the edge where it is outside. */
function placed({ maxSeqLen, sequences }: LoadPoint, { x, y, right }: Scales) {
  return {
    x: Math.min(right, x(sequences)),
    y: Math.max(MARGIN.top, y(sequences * maxSeqLen)),
  };
}

function squareAt(point: LoadPoint, scales: Scales) {
  const { x, y } = placed(point, scales);
  return { x: x - SQUARE / 2, y: y - SQUARE / 2, width: SQUARE, height: SQUARE };
}

function pathOf(points: readonly FrontierPoint[], { x, y }: Scales): string {
  return points
    .map(({ sequences, kvTokens }, at) => `${at === 0 ? "M" : "L"}${x(sequences)} ${y(kvTokens)}`)
    .join("");
}

/** From the end of the line along the axis to its beginning. */
function closing(points: readonly FrontierPoint[], { x, bottom }: Scales): string {
  const [first, last] = [points[0], points.at(-1)];
  return first === undefined || last === undefined
    ? ""
    : `L${x(last.sequences)} ${bottom}L${x(first.sequences)} ${bottom}Z`;
}

/** All numbers of sequences of one length. */
function Ray({
  maxSeqLen,
  scales: { x, y },
}: {
  readonly maxSeqLen: number;
  readonly scales: Scales;
}): ReactNode {
  const [, end = 0] = x.domain();
  const [, top = 0] = y.domain();
  const sequences = Math.min(end, top / maxSeqLen);
  return (
    <line
      className="frontier-ray"
      x1={x(0)}
      y1={y(0)}
      x2={x(sequences)}
      y2={y(sequences * maxSeqLen)}
    />
  );
}

function Axes({ scales: { x, y, right, bottom } }: { readonly scales: Scales }): ReactNode {
  const text = WHAT_IF_TEXT.chart;
  const columns = Math.max(2, Math.floor((right - MARGIN.left) / TICK_WIDTH));
  const rows = Math.floor((bottom - MARGIN.top) / TICK_HEIGHT);
  return (
    <ChartAxes
      rows={y.ticks(rows).map((tick) => ({ at: y(tick), text: formatCount(tick) }))}
      columns={x
        .ticks(columns)
        .filter(Number.isInteger)
        .map((tick) => ({ at: x(tick), text: formatCount(tick) }))}
      names={{ across: text.sequences, up: text.tokens }}
      right={right}
      bottom={bottom}
    />
  );
}

function Legend({
  ray,
  fits,
  within,
}: {
  readonly ray: number;
  readonly fits: boolean | undefined;
  readonly within: string | undefined;
}): ReactNode {
  const text = WHAT_IF_TEXT.chart;
  const entries = [
    { mark: "line", name: text.frontier },
    ...(within === undefined ? [] : [{ mark: "within", name: text.within(within) }]),
    { mark: "ray", name: text.ray(ray) },
    { mark: "plan", name: text.plan },
    { mark: "chosen", name: text.chosen },
  ];
  return (
    <figcaption>
      <ul className="legend">
        {entries.map(({ mark, name }) => (
          <li key={mark}>
            <span className={`mark mark-${mark}`} data-fits={fits} aria-hidden="true" />
            {name}
          </li>
        ))}
      </ul>
    </figcaption>
  );
}
