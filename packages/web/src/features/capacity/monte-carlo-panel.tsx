import type { PlanDocument } from "@berth/core";
import type { CapacityDocument, ModelCapacity, OccupancyCapacity } from "@berth/core/capacity";
import { type ReactNode, useId } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { chanceText, spreadText } from "../../text/say-capacity.ts";
import { BandsChart } from "./bands-chart.tsx";
import { closedCells, METHOD_COLUMNS, MethodTable, nameOfKind } from "./method-table.tsx";
import { RunControls, type RunField, RunOutcome, TIME_FIELDS } from "./run-controls.tsx";
import { useSimulator } from "./use-simulator.ts";

const NONE: readonly OccupancyCapacity[] = [];

/** Fewer than the command line's 10,000: a page walks in one thread. Intervals get half as wide with four times as many. */
const FIELDS: readonly RunField<"paths" | "minutes" | "seed">[] = [
  { key: "paths", usual: 2000, least: 10, most: 200_000 },
  ...TIME_FIELDS,
];

/** The KV caches over time: paths that are walked on demand, and for one model what they say. */
export function MonteCarloPanel({
  plan,
  percentiles,
  model,
}: {
  readonly plan: PlanDocument;
  readonly percentiles: readonly number[];
  /** Whose bands are drawn. */
  readonly model: string;
}): ReactNode {
  const walk = useSimulator("monteCarlo", plan, percentiles);
  const title = useId();
  const text = CAPACITY_TEXT.monteCarlo;
  const { found } = walk;
  const own = found?.document.models.find((one) => one.model === model);
  return (
    <section className="simulator" aria-labelledby={title}>
      <h4 id={title}>{text.title}</h4>
      <p className="hint">{text.lead}</p>
      <RunControls fields={FIELDS} words={text} simulator={walk} />
      <RunOutcome
        simulator={walk}
        isOld={found !== undefined && found.plan !== plan}
        done={doneText(found?.document)}
      />
      {own !== undefined && <Walked model={own} />}
    </section>
  );
}

function doneText({ monteCarlo }: Partial<CapacityDocument> = {}): string {
  const { paths = 0, minutes = 0, seed = 0, backend = "" } = monteCarlo ?? {};
  return CAPACITY_TEXT.monteCarlo.done(paths, minutes, seed, backend);
}

function Walked({ model }: { readonly model: ModelCapacity }): ReactNode {
  const kinds = model.occupancy ?? NONE;
  const text = CAPACITY_TEXT.monteCarlo;
  const { none, simulators } = CAPACITY_TEXT;
  const rows = [
    { name: simulators.closed, cells: [...closedCells(model), none, none] },
    ...kinds.map((kind) => ({ name: nameOfKind(text.walked, kind, kinds), cells: cellsOf(kind) })),
  ];
  return (
    <>
      <MethodTable
        caption={text.caption(model.model)}
        columns={[...METHOD_COLUMNS, simulators.pauses, text.runsOut]}
        rows={rows}
      />
      <p className="hint">{simulators.interval}</p>
      {kinds.map((kind) => {
        const name = nameOfKind(model.model, kind, kinds);
        return (
          <div key={name}>
            {kinds.length > 1 && <h5>{name}</h5>}
            <BandsChart name={name} bands={kind.bands} />
          </div>
        );
      })}
    </>
  );
}

function cellsOf(kind: OccupancyCapacity): readonly string[] {
  const { sequences, kvIntervals, waits, pauses, runsOut } = kind;
  const { p50, p95, p99 } = kvIntervals;
  return [spreadText(sequences), ...[p50, p95, p99, waits, pauses, runsOut].map(chanceText)];
}
