import type { ReactNode } from "react";

export interface LegendEntry {
  /** How it looks: a class of the styles. */
  readonly mark: string;
  readonly name: string;
}

/** What the lines of a chart are. */
export function ChartLegend({ entries }: { readonly entries: readonly LegendEntry[] }): ReactNode {
  return (
    <figcaption>
      <ul className="legend">
        {entries.map(({ mark, name }) => (
          <li key={name}>
            <span className={`chart-mark chart-${mark}`} aria-hidden="true" />
            {name}
          </li>
        ))}
      </ul>
    </figcaption>
  );
}
