import type { OccupancyCapacity } from "@berth/core/capacity";

/** Rows of a plot, and its shades: up to the median, to the 95th, and to the 99th percentile. */
const ROWS = 8;
const SHADES = [
  { mark: "█", of: "p50" },
  { mark: "▓", of: "p95" },
  { mark: "░", of: "p99" },
] as const;
const MOST_COLUMNS = 60;
/** What stands left of the plot: indent, share, axis. */
const MARGIN = 9;

/**
 * Occupancy over time as shaded columns, in so many characters a line: lines of a plot without colours could not be
 * told apart. The axis ends at the fullest that is shown, rounded up to a tenth.
 */
export function occupancyPlot({ bands }: OccupancyCapacity, width: number): string {
  const columns = columnsOf(bands, Math.max(1, Math.min(MOST_COLUMNS, width - MARGIN)));
  const top = Math.max(LEAST_TOP, Math.ceil(10 * Math.max(...columns.map(({ p99 }) => p99))) / 10);
  const lines = Array.from({ length: ROWS }, (_, i) => {
    const level = ((ROWS - i - 1 / 2) * top) / ROWS;
    const cells = columns.map(
      (column) => SHADES.find(({ of }) => column[of] >= level)?.mark ?? "·",
    );
    const label = i === 0 ? percent(top) : "";
    return `${label.padStart(7)} ${cells.join("")}`.trimEnd();
  });
  const minutes = (bands.at(-1)?.toSeconds ?? 0) / 60;
  const end = `${Number(minutes.toPrecision(3))} min`;
  const axis = `0${end.padStart(Math.max(end.length + 1, columns.length - 1))}`;
  return [...lines, `${"0 %".padStart(7)} ${axis}`, ""].join("\n");
}

/** What the shades of `occupancyPlot` mean. */
export const PLOT_KEY: string = `${SHADES.map(({ mark, of }) => `${mark} ${of}`).join("  ")} of all paths, by time`;

const LEAST_TOP = 0.1;

type Band = OccupancyCapacity["bands"][number];

/** As many bands as there are columns; where there are more, the fullest of each few. */
function columnsOf(bands: readonly Band[], most: number): readonly Band[] {
  const each = Math.ceil(bands.length / most);
  return Array.from({ length: Math.ceil(bands.length / each) }, (_, i) =>
    bands
      .slice(i * each, (i + 1) * each)
      .reduce((fullest, one) => (one.p99 > fullest.p99 ? one : fullest)),
  );
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
