import { type FleetModel, shareOfPercent } from "@berth/core";
import { type ComponentType, type ReactNode, useState } from "react";
import { usePlanner } from "../../state/planner-context.ts";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { verdictOf } from "../../text/say-capacity.ts";
import { ChoiceSetting } from "../../ui/choice-setting.tsx";
import { TextSetting } from "../../ui/text-setting.tsx";
import { CapacityTables } from "./capacity-tables.tsx";
import { ModelPanel } from "./model-panel.tsx";
import { MonteCarloPanel } from "./monte-carlo-panel.tsx";
import { SimulationPanel } from "./simulation-panel.tsx";
import { type Served, useCapacity } from "./use-capacity.ts";

/** Of those that ask for nothing else; as on the command line. */
const USUAL_PERCENTILES: readonly number[] = [0.5, 0.95];
const PERCENT = 100;
const MOST_PERCENTILES = 6;

/** What the plan's models serve, and how fast: for all of them, and for the one that a person looks at. */
export function CapacityView({
  form,
}: {
  /** Where a model's workload is set. */
  readonly form: ComponentType<{ readonly model: FleetModel }>;
}): ReactNode {
  const models = usePlanner((state) => state.parsed.fleet.models);
  const [percentiles, setPercentiles] = useState(USUAL_PERCENTILES);
  const [chosen, setChosen] = useState<string | undefined>();
  const served = useCapacity(percentiles);
  const { document, plan, problem } = served;
  const model = models.find(({ name }) => name === chosen) ?? firstAsked(models);
  const text = CAPACITY_TEXT;
  return (
    <div className="capacity">
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {document === undefined ? (
        problem === undefined && <Nothing served={served} />
      ) : (
        <>
          <Verdict served={served} />
          <CapacityTables document={document} />
          <Warnings warnings={document.warnings} />
          <Percentiles percentiles={percentiles} onChange={setPercentiles} />
        </>
      )}
      {model !== undefined && (
        <section className="capacity-model">
          <ChoiceSetting
            label={text.model}
            value={model.name}
            choices={models.map(({ name }) => ({ id: name, text: name }))}
            onChange={setChosen}
          />
          <ModelPanel model={model} served={served} percentiles={percentiles} form={form} />
          {document !== undefined && plan !== undefined && (
            <>
              <MonteCarloPanel plan={plan} percentiles={percentiles} model={model.name} />
              <SimulationPanel
                plan={plan}
                percentiles={percentiles}
                model={model.name}
                warnings={document.warnings}
              />
            </>
          )}
        </section>
      )}
    </div>
  );
}

/** The first that says what it is asked for, else the first. */
function firstAsked(models: readonly FleetModel[]): FleetModel | undefined {
  return models.find(({ workload }) => workload !== undefined) ?? models[0];
}

/** Why there is nothing to say yet. */
function Nothing({ served: { plan } }: { readonly served: Served }): ReactNode {
  const isSolving = usePlanner((state) => state.planning.isSolving);
  const text = CAPACITY_TEXT;
  if (isSolving) {
    return <p className="hint">{text.waiting}</p>;
  }
  const isPlaced = plan !== undefined && plan.deployments.length > 0;
  return <p className="hint">{isPlaced ? text.nobody : text.nothing}</p>;
}

function Verdict({ served: { document } }: { readonly served: Served }): ReactNode {
  if (document === undefined) {
    return null;
  }
  const { isGood, sentences } = verdictOf(document);
  return (
    <output className="verdict" aria-live="polite" data-fits={isGood}>
      {sentences.map((sentence) => (
        <span key={sentence}>{sentence} </span>
      ))}
    </output>
  );
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }): ReactNode {
  return (
    warnings.length > 0 && (
      <ul className="hint">
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    )
  );
}

function Percentiles({
  percentiles,
  onChange,
}: {
  readonly percentiles: readonly number[];
  readonly onChange: (percentiles: readonly number[]) => void;
}): ReactNode {
  const text = CAPACITY_TEXT;
  return (
    <TextSetting
      label={text.percentiles}
      value={percentiles.map((one) => Number((one * PERCENT).toFixed(6))).join(", ")}
      hint={text.percentilesHint}
      problemOf={(typed) =>
        percentilesIn(typed) === undefined ? text.percentilesProblem(typed) : undefined
      }
      onChange={(typed) => onChange(percentilesIn(typed) ?? USUAL_PERCENTILES)}
    />
  );
}

/** Percentiles with commas as shares; undefined for anything else. */
function percentilesIn(typed: string): readonly number[] | undefined {
  const values = typed.split(",").map((part) => Number(part.trim() || Number.NaN));
  const isGood = values.every((value) => value > 0 && value < PERCENT);
  return isGood && values.length <= MOST_PERCENTILES
    ? [...new Set(values.map(shareOfPercent))].sort((a, b) => a - b)
    : undefined;
}
