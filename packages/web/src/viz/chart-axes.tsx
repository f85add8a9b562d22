import type { ReactNode } from "react";

/** Room around a chart for the numbers and names of its axes. */
export const CHART_MARGIN = { top: 12, right: 16, bottom: 44, left: 76 } as const;

/** A line of the grid: where it is, and what is written beside it. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Lines across for the rows, numbers below and beside, and the names of both axes. */
export function ChartAxes({
  rows,
  columns,
  names,
  right,
  bottom,
}: {
  readonly rows: readonly Tick[];
  readonly columns: readonly Tick[];
  readonly names: { readonly across: string; readonly up: string };
  /** Where the drawing ends. */
  readonly right: number;
  readonly bottom: number;
}): ReactNode {
  const { top, left } = CHART_MARGIN;
  return (
    <g className="axes">
      {rows.map(({ at, text }) => (
        <g key={text} transform={`translate(0 ${at})`}>
          <line x1={left} x2={right} />
          <text x={left - 8} dy="0.32em" textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {columns.map(({ at, text }) => (
        <g key={text} transform={`translate(${at} ${bottom})`}>
          <line y2={5} />
          <text y={20} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      <text className="axis-name" x={right} y={bottom + 38} textAnchor="end">
        {names.across}
      </text>
      <text className="axis-name" transform={`translate(12 ${top}) rotate(-90)`} textAnchor="end">
        {names.up}
      </text>
    </g>
  );
}
