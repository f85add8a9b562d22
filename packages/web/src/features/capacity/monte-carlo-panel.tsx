import type { PlanDocument } from "@berth/core";
import type { CapacityDocument, ModelCapacity, OccupancyCapacity } from "@berth/core/capacity";
import { type ReactNode, useId } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { chanceText, rateText, shareText, spreadText } from "../../text/say-capacity.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { WidePlace } from "../../ui/wide-place.tsx";
import { BandsChart } from "./bands-chart.tsx";
import { useMonteCarlo } from "./use-monte-carlo.ts";
import { WalkControls } from "./walk-controls.tsx";

const NONE: readonly OccupancyCapacity[] = [];

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
  const walk = useMonteCarlo(plan, percentiles);
  const title = useId();
  const text = CAPACITY_TEXT.monteCarlo;
  const { found, problem, isCancelled } = walk;
  const own = found?.document.models.find((one) => one.model === model);
  return (
    <section className="monte-carlo" aria-labelledby={title}>
      <h4 id={title}>{text.title}</h4>
      <p className="hint">{text.lead}</p>
      <WalkControls walk={walk} />
      <output aria-live="polite" className="hint">
        {isCancelled && text.cancelled}
        {found !== undefined && !isCancelled && doneText(found.document)}
        {found !== undefined && found.plan !== plan && ` ${text.outdated}`}
      </output>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {own !== undefined && <Walked model={own} />}
    </section>
  );
}

function doneText({ monteCarlo }: CapacityDocument): string {
  const { paths = 0, minutes = 0, seed = 0, backend = "" } = monteCarlo ?? {};
  return CAPACITY_TEXT.monteCarlo.done(paths, minutes, seed, backend);
}

function Walked({ model }: { readonly model: ModelCapacity }): ReactNode {
  const kinds = model.occupancy ?? NONE;
  return (
    <>
      <MethodTable model={model} />
      {kinds.map((kind) => {
        const name = kindName(model, kind);
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

/** "replica 2", or "replicas 1, 3". */
function likesText({ replicas }: OccupancyCapacity): string {
  const numbers = replicas.map((replica) => replica + 1).join(", ");
  return CAPACITY_TEXT.monteCarlo.replicas(replicas.length, numbers);
}

/** The model, and which of its replicas, where not all are alike. */
function kindName({ model, occupancy = NONE }: ModelCapacity, kind: OccupancyCapacity): string {
  return occupancy.length > 1 ? `${model}, ${likesText(kind)}` : model;
}

function MethodTable({ model }: { readonly model: ModelCapacity }): ReactNode {
  const text = CAPACITY_TEXT.monteCarlo;
  const { kv50, kv95, kv99 } = CAPACITY_TEXT.served;
  const names = [text.running, kv50, kv95, kv99, text.waits, text.pauses, text.runsOut];
  const rows = [
    { name: text.closed, cells: closedCells(model) },
    ...(model.occupancy ?? NONE).map((kind) => ({
      name: `${text.walked}${model.occupancy?.length === 1 ? "" : `, ${likesText(kind)}`}`,
      cells: walkedCells(kind),
    })),
  ];
  return (
    <WidePlace label={text.caption(model.model)}>
      <table>
        <caption>{text.caption(model.model)}</caption>
        <TableHead texts={[text.method]} numbers={names} />
        <tbody>
          {rows.map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is the one in its column
                <td key={place} className="numeric">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="hint">{text.interval}</p>
    </WidePlace>
  );
}

/** Of one replica, as paths are. */
function closedCells(model: ModelCapacity): readonly string[] {
  const { concurrency, kvOccupancy, chanceToWait, replicas } = model;
  const { running } = concurrency;
  const { none } = CAPACITY_TEXT;
  return [
    running === undefined ? none : rateText(running / replicas.length),
    ...[kvOccupancy?.p50, kvOccupancy?.p95, kvOccupancy?.p99, chanceToWait].map(shareText),
    none,
    none,
  ];
}

function walkedCells(kind: OccupancyCapacity): readonly string[] {
  const { sequences, kvIntervals, waits, pauses, runsOut } = kind;
  const { p50, p95, p99 } = kvIntervals;
  return [spreadText(sequences), ...[p50, p95, p99, waits, pauses, runsOut].map(chanceText)];
}
