import type { PlanDocument } from "@berth/core";
import type { CapacityDocument, ModelCapacity, SimulatedCapacity } from "@berth/core/capacity";
import { type ReactNode, useId } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { closedCells, METHOD_COLUMNS, MethodTable, nameOfKind } from "./method-table.tsx";
import { RunControls, RunOutcome, TIME_FIELDS } from "./run-controls.tsx";
import { latencyRows, quantileNames, simulatedCells } from "./simulated-rows.ts";
import { SimulatedTargets } from "./simulated-targets.tsx";
import { useSimulator } from "./use-simulator.ts";

const NONE: readonly SimulatedCapacity[] = [];

/** Every request of one replica of each kind, followed on demand, and what those to one model met beside what the laws expect. */
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
  const simulator = useSimulator("simulation", plan, percentiles);
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
      <Requests model={model} />
      <p className="hint">{simulators.interval}</p>
    </>
  );
}

/** How long requests took, whichever replica they went to, and which targets that keeps. */
function Requests({ model }: { readonly model: ModelCapacity }): ReactNode {
  const text = CAPACITY_TEXT.simulation;
  const { model: name, simulatedRequests: own } = model;
  return own === undefined || own.latencies.length === 0 ? (
    <p className="hint">{text.noneEnded(name)}</p>
  ) : (
    <>
      <MethodTable
        caption={text.latencies(name, own.requests)}
        first={CAPACITY_TEXT.latencies.latency}
        columns={[text.mean, ...quantileNames(own)]}
        rows={latencyRows(own)}
      />
      <SimulatedTargets model={model} simulated={own.targets} />
    </>
  );
}
