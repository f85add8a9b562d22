import { formatCount, formatGib } from "@berth/core";
import type { Series, SeriesPoint } from "../commands/estimate-series.ts";
import { type Look, paint } from "./look.ts";
import { memoryBar } from "./memory-bar.ts";
import { printTable } from "./table.ts";

/** Columns of the plot. */
const PLOT_WIDTH = 40;

/** Estimates side by side: what the first rank holds, and a plot of the sequences that its KV cache holds. */
export function printSeries(series: Series, look: Look): string {
  const most = Math.max(1, ...series.points.map(({ estimate }) => estimate.maxSequences));
  const columns = [
    { title: series.key },
    { title: "without KV", align: "right" as const },
    { title: "KV tokens", align: "right" as const },
    { title: "low", align: "right" as const },
    { title: "high", align: "right" as const },
    { title: "sequences", align: "right" as const },
    { title: "", align: "left" as const },
  ];
  return printTable(
    columns,
    series.points.map((point) => seriesRow(point, most, look)),
    look,
  );
}

function seriesRow({ value, estimate }: SeriesPoint, most: number, look: Look): readonly string[] {
  const held = estimate.ranks[0]?.terms.reduce((sum, term) => sum + term.bytes, 0) ?? 0;
  const plot = memoryBar([{ bytes: estimate.maxSequences, mark: "#" }], most, PLOT_WIDTH)
    .replaceAll("·", " ")
    .trimEnd();
  return [
    value,
    formatGib(held),
    formatCount(estimate.kvTokens),
    formatCount(estimate.kvTokensLow),
    formatCount(estimate.kvTokensHigh),
    formatCount(estimate.maxSequences),
    estimate.fits ? plot : paint(look, "red", estimate.reasons[0]?.text ?? "does not fit"),
  ];
}
