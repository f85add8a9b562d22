import type { Latency, ModelCapacity, TargetCapacity } from "@berth/core/capacity";
import { LATENCY_NAMES, percentile, rate, targetText } from "./capacity-numbers.ts";
import { type Look, paint } from "./look.ts";
import { type Line, linesOf, PLOT_ROWS, type PlotScales, plotScales } from "./plot-scales.ts";
import { wrap } from "./wrap.ts";

/** TTFT and TPOT of a model against the rate, and end to end where a target asks for it; none without a curve. */
export function latencyPlots(model: ModelCapacity, look: Look): readonly string[] {
  const asked = new Set(["ttft", "tpot", ...model.targets.map(({ metric }) => metric)]);
  return METRICS.filter((metric) => asked.has(metric)).flatMap((metric) => {
    const shown = linesOf(model.curve ?? [], metric).filter(isAsked(model, metric));
    const lines = shown.slice(-MARKS.length);
    return lines.length === 0 ? [] : [latencyPlot(model, metric, { lines, look })];
  });
}

/** Whether a percentile is asked for, or a target of this metric has it; not for another metric's target alone. */
function isAsked({ latencies, targets }: ModelCapacity, metric: Latency["metric"]) {
  const own = [...latencies, ...targets].filter((one) => one.metric === metric);
  const isKnown = latencies.length > 0;
  return ({ percentile: wanted }: Line): boolean =>
    !isKnown || own.some((one) => one.percentile === wanted);
}

const METRICS: readonly Latency["metric"][] = ["ttft", "tpot", "e2e"];

/** Of the highest percentile, and of those below it. */
const MARKS = ["●", "○", "•", "◦"] as const;
const TARGET = "─";
const BREAK = "┃";
const ASKED = "┊";

interface Cell {
  readonly mark: string;
  readonly color?: Parameters<typeof paint>[1];
}

/** A chart of marks that can be told apart without colours, under a line that says what they are. */
function latencyPlot(
  model: ModelCapacity,
  metric: Latency["metric"],
  { lines, look }: { readonly lines: readonly Line[]; readonly look: Look },
): string {
  const targets = model.targets.filter((target) => target.metric === metric);
  const scales = plotScales(lines, targets, { most: model.mostRequestsPerSecond, look });
  const cells = cellsOf({ model, lines, targets, scales });
  const rows = cells.map((row, i) => {
    const painted = row.map(({ mark, color }) =>
      color === undefined ? mark : paint(look, color, mark),
    );
    return `${(scales.times.get(i) ?? "").padStart(LABEL)} ${painted.join("")}`.trimEnd();
  });
  const title = `${model.model}: ${LATENCY_NAMES[metric]} at rising rates, up to the most of ${rate(model.mostRequestsPerSecond)} requests/s`;
  return [
    `${paint(look, "bold", title)}\n`,
    wrap(keyOf(model, { lines, targets }), "  ", look.width).replaceAll(NO_BREAK, " "),
    ...rows.map((row) => `${row}\n`),
    `${"".padStart(LABEL + 1)}${scales.rates}\n`,
  ].join("");
}

/** Columns of the times at its left: "500 ms", with two before it. */
const LABEL = 8;

interface Drawn {
  readonly model: ModelCapacity;
  readonly lines: readonly Line[];
  readonly targets: readonly TargetCapacity[];
  readonly scales: PlotScales;
}

/** What comes later is drawn over what came before: targets, rates, then lines, the highest last. */
function cellsOf({ model, lines, targets, scales }: Drawn): readonly (readonly Cell[])[] {
  const { columns, rowOf, columnOf, secondsAt } = scales;
  const cells: Cell[][] = Array.from({ length: PLOT_ROWS }, () =>
    Array.from({ length: columns }, (): Cell => ({ mark: " " })),
  );
  const put = (row: number | undefined, column: number | undefined, cell: Cell): void => {
    const line = row === undefined ? undefined : cells[row];
    if (line !== undefined && column !== undefined && column < columns) {
      line[column] = cell;
    }
  };
  const across = (column: number | undefined, cell: Cell): void =>
    cells.forEach((_, row) => {
      put(row, column, cell);
    });
  for (const { mostSeconds } of targets) {
    const row = rowOf(mostSeconds);
    for (let column = 0; column < columns; column += 1) {
      put(row, column, { mark: TARGET, color: "yellow" });
    }
  }
  across(columnOf(model.requestsPerSecond), { mark: ASKED, color: "dim" });
  for (const { breaksAtRequestsPerSecond: breaks } of targets) {
    across(columnOf(breaks), { mark: BREAK, color: "red" });
  }
  lines.forEach((line, i) => {
    for (let column = 0; column < columns; column += 1) {
      const seconds = secondsAt(line, column);
      put(seconds === undefined ? undefined : rowOf(seconds), column, {
        mark: MARKS[lines.length - 1 - i] ?? "",
      });
    }
  });
  return cells;
}

function keyOf(
  model: ModelCapacity,
  { lines, targets }: { readonly lines: readonly Line[]; readonly targets: Drawn["targets"] },
): string {
  const kept = (text: string): string => text.replaceAll(" ", NO_BREAK);
  return [
    ...lines.map((line, i) => `${MARKS[lines.length - 1 - i]} ${percentile(line)}`).toReversed(),
    ...targets.map((target) => `${TARGET} target ${targetText(target)}`),
    ...targets.map(
      (target) =>
        `${BREAK} ${percentile(target)} breaks at ${rate(target.breaksAtRequestsPerSecond)}`,
    ),
    `${model.isServed ? `${ASKED} asked` : "asked, beyond the most:"} ${rate(model.requestsPerSecond)}`,
  ]
    .map(kept)
    .join("  ");
}

/** Parts of the key stay whole where a line ends. */
const NO_BREAK = "\u00a0";
