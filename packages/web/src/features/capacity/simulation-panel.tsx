import type { PlanDocument } from "@berth/core";
import type { CapacityDocument, ModelCapacity, SimulatedCapacity } from "@berth/core/capacity";
import { type ReactNode, useId, useMemo } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { closedCells, METHOD_COLUMNS, MethodTable, nameOfKind } from "./method-table.tsx";
import { RunControls, RunOutcome, TIME_FIELDS } from "./run-controls.tsx";
import { latencyRows, SIMULATED_PERCENTILES, simulatedCells } from "./simulated-rows.ts";
import { SimulatedTargets } from "./simulated-targets.tsx";
import { useSimulator } from "./use-simulator.ts";

const NONE: readonly SimulatedCapacity[] = [];

/** Every request of one replica, followed on demand, and for one model what it met beside what the laws expect. */
export function SimulationPanel({
  plan,
  percentiles,
  model,
  warnings,
}: {
  readonly plan: PlanDocument;
  readonly percentiles: readonly number[];
  readonly model: string;
  /** What is said of the closed form already. */
  readonly warnings: readonly string[];
}): ReactNode {
  const asked = useMemo(
    () => [...new Set([...percentiles, ...SIMULATED_PERCENTILES])].sort((a, b) => a - b),
    [percentiles],
  );
  const simulator = useSimulator("simulation", plan, asked);
  const title = useId();
  const text = CAPACITY_TEXT.simulation;
  const { found } = simulator;
  const own = found?.document.models.find((one) => one.model === model);
  const notes = found?.document.warnings.filter((one) => !warnings.includes(one)) ?? [];
  return (
    <section className="simulator" aria-labelledby={title}>
      <h4 id={title}>{text.title}</h4>
      <p className="hint">{text.lead}</p>
      <RunControls fields={TIME_FIELDS} words={text} simulator={simulator} />
      <RunOutcome
        simulator={simulator}
        isOld={found !== undefined && found.plan !== plan}
        done={doneText(found?.document)}
      />
      {own !== undefined && <Simulated model={own} />}
      {notes.map((note) => (
        <p key={note} className="hint">
          {note}
        </p>
      ))}
    </section>
  );
}

function doneText({ simulation }: Partial<CapacityDocument> = {}): string {
  const { minutes = 0, seed = 0 } = simulation ?? {};
  return CAPACITY_TEXT.simulation.done(minutes, seed);
}

function Simulated({ model }: { readonly model: ModelCapacity }): ReactNode {
  const kinds = model.simulated ?? NONE;
  const text = CAPACITY_TEXT.simulation;
  const { simulators } = CAPACITY_TEXT;
  if (kinds.length === 0) {
    return <p className="hint">{text.nothing(model.model)}</p>;
  }
  const rows = [
    { name: simulators.closed, cells: [...closedCells(model), CAPACITY_TEXT.none] },
    ...kinds.map((kind) => ({
      name: nameOfKind(text.simulated, kind, kinds),
      cells: simulatedCells(kind),
    })),
  ];
  return (
    <>
      <MethodTable
        caption={text.caption(model.model)}
        columns={[...METHOD_COLUMNS, simulators.pauses]}
        rows={rows}
      />
      {kinds.map((kind) => (
        <SimulatedKind key={kind.replicas.join()} model={model} kind={kind} />
      ))}
      <p className="hint">{simulators.interval}</p>
    </>
  );
}

/** How long requests took on replicas that are alike. */
function SimulatedKind({
  model,
  kind,
}: {
  readonly model: ModelCapacity;
  readonly kind: SimulatedCapacity;
}): ReactNode {
  const text = CAPACITY_TEXT.simulation;
  const name = nameOfKind(model.model, kind, model.simulated ?? NONE);
  return kind.latencies.length === 0 ? (
    <p className="hint">{text.noneEnded(name)}</p>
  ) : (
    <>
      <MethodTable
        caption={text.latencies(name, kind.requests)}
        first={CAPACITY_TEXT.latencies.latency}
        columns={[text.mean, ...text.quantiles]}
        rows={latencyRows(model, kind)}
      />
      <SimulatedTargets name={name} model={model} kind={kind} />
    </>
  );
}
