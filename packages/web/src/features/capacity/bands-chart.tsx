import type { OccupancyCapacity } from "@berth/core/capacity";
import { scaleLinear } from "d3-scale";
import type { ReactNode } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { shareText } from "../../text/say-capacity.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { useWidth } from "../../ui/use-width.ts";
import { WidePlace } from "../../ui/wide-place.tsx";
import { ChartAxes, CHART_MARGIN as MARGIN } from "../../viz/chart-axes.tsx";
import { ChartLegend } from "./chart-legend.tsx";

type Band = OccupancyCapacity["bands"][number];

const HEIGHT = 240;
const FIRST_WIDTH = 640;
const TICK_WIDTH = 80;
const ROWS = 5;
const MINUTE = 60;
/** The axis ends at the fullest that is shown, rounded up to a tenth, and not below this. */
const LEAST_TOP = 0.1;
/** The widest first, so that the narrower lie on it. */
const QUANTILES = ["p99", "p95", "p50"] as const;
const BY_RISING = QUANTILES.toReversed();

/** How full a replica's KV cache is over time: below each line are so many of all paths. */
export function BandsChart({
  name,
  bands,
}: {
  readonly name: string;
  readonly bands: readonly Band[];
}): ReactNode {
  const [place, width] = useWidth<HTMLDivElement>(FIRST_WIDTH);
  const text = CAPACITY_TEXT.monteCarlo;
  const scales = scalesOf(bands, width);
  const { x, y, right, bottom } = scales;
  const columns = Math.max(2, Math.floor((right - MARGIN.left) / TICK_WIDTH));
  const isFull = y.domain()[1] === 1;
  return (
    <figure className="bands-chart">
      <div ref={place}>
        <svg width={width} height={HEIGHT} role="img" aria-label={text.label(name, said(bands))}>
          <ChartAxes
            rows={y.ticks(ROWS).map((tick) => ({ at: y(tick), text: shareText(tick) }))}
            columns={x.ticks(columns).map((tick) => ({ at: x(tick), text: String(tick) }))}
            names={{ across: text.time, up: text.share }}
            right={right}
            bottom={bottom}
          />
          {QUANTILES.map((of) => (
            <path key={of} className={`band-area band-${of}`} d={areaOf(bands, of, scales)} />
          ))}
          {QUANTILES.map((of) => (
            <path key={of} className={`band-line band-${of}`} d={pathOf(bands, of, scales)} />
          ))}
          {isFull && <line className="band-full" x1={MARGIN.left} x2={right} y1={y(1)} y2={y(1)} />}
        </svg>
      </div>
      <ChartLegend
        entries={[
          ...BY_RISING.map((of) => ({ mark: of, name: text.bands[of] })),
          ...(isFull ? [{ mark: "full", name: text.full }] : []),
        ]}
      />
      <BandsTable bands={bands} />
    </figure>
  );
}

function scalesOf(bands: readonly Band[], width: number) {
  const top = Math.max(LEAST_TOP, ...bands.map(({ p99 }) => p99));
  const right = Math.max(MARGIN.left + 1, width - MARGIN.right);
  const bottom = HEIGHT - MARGIN.bottom;
  return {
    x: scaleLinear([0, (bands.at(-1)?.toSeconds ?? MINUTE) / MINUTE], [MARGIN.left, right]),
    y: scaleLinear([0, Math.min(1, Math.ceil(10 * top) / 10)], [bottom, MARGIN.top]),
    right,
    bottom,
  };
}

type Scales = ReturnType<typeof scalesOf>;

/** In steps: a quantile is that of all the time from one moment to the next. */
function pathOf(bands: readonly Band[], of: keyof Band, { x, y }: Scales): string {
  return bands
    .map((band, at) => {
      const height = y(band[of]).toFixed(1);
      const [from, to] = [x(band.fromSeconds / MINUTE), x(band.toSeconds / MINUTE)];
      return `${at === 0 ? "M" : "L"}${from.toFixed(1)} ${height}H${to.toFixed(1)}`;
    })
    .join("");
}

function areaOf(bands: readonly Band[], of: keyof Band, scales: Scales): string {
  const [first, last] = [bands[0], bands.at(-1)];
  const { x, bottom } = scales;
  return first === undefined || last === undefined
    ? ""
    : `${pathOf(bands, of, scales)}V${bottom}H${x(first.fromSeconds / MINUTE).toFixed(1)}Z`;
}

function said(bands: readonly Band[]): string {
  const last = bands.at(-1);
  return CAPACITY_TEXT.monteCarlo.ends(
    shareText(last?.p50),
    shareText(last?.p95),
    shareText(last?.p99),
  );
}

function BandsTable({ bands }: { readonly bands: readonly Band[] }): ReactNode {
  const text = CAPACITY_TEXT.monteCarlo;
  const names = [text.from, text.to, ...BY_RISING.map((of) => text.bands[of])];
  return (
    <details>
      <summary>{text.table}</summary>
      <WidePlace label={text.table}>
        <table>
          <caption>{text.tableCaption}</caption>
          <TableHead numbers={names} />
          <tbody>
            {bands.map((band) => (
              <tr key={band.fromSeconds}>
                <th scope="row" className="numeric">
                  {minutes(band.fromSeconds)}
                </th>
                <td className="numeric">{minutes(band.toSeconds)}</td>
                {BY_RISING.map((of) => (
                  <td key={of} className="numeric">
                    {shareText(band[of])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </WidePlace>
    </details>
  );
}

function minutes(seconds: number): string {
  return String(Number((seconds / MINUTE).toFixed(2)));
}
