import type { FleetModel } from "@berth/core";
import type { Latency, ModelCapacity } from "@berth/core/capacity";
import type { ComponentType, ReactNode } from "react";
import { Button } from "react-aria-components";
import { changeModel } from "../../state/fleet-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { CurveTable } from "./curve-table.tsx";
import { LatencyChart } from "./latency-chart.tsx";
import { ReplicaTable } from "./replica-table.tsx";
import { type Served, useCurve } from "./use-capacity.ts";

/** What a workload begins with: made up, for a person to change. */
const START = { rate: 1, prompt: 1000, output: 250 };
/** What a sequence has to have room for at the least, where nobody says how long it is. */
const USUAL_LENGTH = 8192;

/** What one model is asked for, and how fast it is at every rate. */
export function ModelPanel({
  model,
  served,
  percentiles,
  form: Form,
}: {
  readonly model: FleetModel;
  readonly served: Served;
  readonly percentiles: readonly number[];
  readonly form: ComponentType<{ readonly model: FleetModel }>;
}): ReactNode {
  const text = CAPACITY_TEXT;
  const own = served.document?.models.find((one) => one.model === model.name);
  const why = own === undefined ? whyNot(model, served) : undefined;
  return (
    <>
      {model.workload === undefined ? (
        <Offer model={model} />
      ) : (
        <>
          <h4>{text.asked}</h4>
          <Form key={model.name} model={model} />
        </>
      )}
      {why !== undefined && <p className="hint">{why}</p>}
      {own !== undefined && <Curves model={own} served={served} percentiles={percentiles} />}
    </>
  );
}

/** Why there is no answer for a model that says what it is asked for. */
function whyNot({ name, workload }: FleetModel, { plan }: Served): string | undefined {
  if (workload === undefined || plan === undefined) {
    return;
  }
  if (plan.deployments.every(({ model }) => model !== name)) {
    return CAPACITY_TEXT.noPlace(name);
  }
  const { trace, prompt, output } = workload;
  const hasLengths = trace !== undefined || (prompt !== undefined && output !== undefined);
  return hasLengths ? undefined : CAPACITY_TEXT.noLengths(name);
}

function Offer({ model }: { readonly model: FleetModel }): ReactNode {
  const text = CAPACITY_TEXT;
  const editFleet = usePlanner((state) => state.editFleet);
  const longest = usePlanner(
    ({ planning }) =>
      planning.plan?.deployments.find((one) => one.model === model.name)?.maxSeqLen ?? USUAL_LENGTH,
  );
  // a whole request has to fit in a sequence
  const prompt = Math.max(1, Math.min(START.prompt, Math.floor(longest / 2)));
  const output = Math.max(1, Math.min(START.output, Math.floor(longest / 4)));
  return (
    <div className="offer">
      <p>{text.offer(model.name)}</p>
      <Button
        className="button primary"
        onPress={() =>
          editFleet((fleet) =>
            changeModel(fleet, model.name, { workload: { rate: START.rate, prompt, output } }),
          )
        }
      >
        {text.set}
      </Button>
      <p className="hint">{text.start(prompt, output)}</p>
    </div>
  );
}

function Curves({
  model,
  served,
  percentiles,
}: {
  readonly model: ModelCapacity;
  readonly served: Served;
  readonly percentiles: readonly number[];
}): ReactNode {
  const curve = useCurve(served, model.model, percentiles);
  if (curve === undefined || curve.points.length === 0) {
    return null;
  }
  return (
    <>
      <div className="curves">
        {metricsOf(model).map((metric) => (
          <LatencyChart
            key={metric}
            curve={curve}
            model={model}
            metric={metric}
            percentiles={percentiles}
          />
        ))}
      </div>
      <p className="hint">{CAPACITY_TEXT.chart.law}</p>
      <CurveTable curve={curve} />
      <ReplicaTable model={model} />
    </>
  );
}

/** The two that people look at, and the whole time where a target asks for it. */
function metricsOf({ targets }: ModelCapacity): readonly Latency["metric"][] {
  const hasWhole = targets.some(({ metric }) => metric === "e2e");
  return hasWhole ? ["ttft", "tpot", "e2e"] : ["ttft", "tpot"];
}
