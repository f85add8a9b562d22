import type { PlanDocument } from "@berth/core";
import type { CapacityCurve, CapacityDocument } from "@berth/core/capacity";
import { useEffect, useState } from "react";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { problemOf } from "../../state/problem-of.ts";

/** What a plan serves, as far as it is known. */
export interface Served {
  /** Of the last plan that was answered; undefined until then, and where no model says what it is asked for. */
  readonly document: CapacityDocument | undefined;
  /** The plan that it is of. */
  readonly plan: PlanDocument | undefined;
  readonly problem: string | undefined;
}

const NOTHING: Served = { document: undefined, plan: undefined, problem: undefined };

/** What `berth capacity` says of the plan, whenever there is a new one; percentiles are in (0, 1). */
export function useCapacity(percentiles: readonly number[]): Served {
  const { clients, store } = usePlannerParts();
  const plan = usePlanner((state) => (state.planning.isSolving ? undefined : state.planning.plan));
  const isSolving = usePlanner((state) => state.planning.isSolving);
  const [served, setServed] = useState(NOTHING);
  useEffect(() => {
    if (plan === undefined || !hasWorkloads(plan)) {
      // while the next plan is made, the last answer stays
      setServed((last) => (isSolving ? last : { ...NOTHING, plan }));
      return;
    }
    let isCurrent = true;
    const { history, live } = store.getState();
    const ask = { workspace: { ...history.present, live }, plan, percentiles };
    clients.quick.ask("capacity", ask).then(
      (document) => isCurrent && setServed({ document, plan, problem: undefined }),
      (error: unknown) =>
        isCurrent && setServed({ document: undefined, plan, problem: problemOf(error).message }),
    );
    return () => {
      isCurrent = false;
    };
  }, [clients, store, plan, isSolving, percentiles]);
  return served;
}

/** Whether a model says how long its requests are. */
function hasWorkloads({ workloads = [] }: PlanDocument): boolean {
  return workloads.some(
    ({ trace, prompt, output }) =>
      trace !== undefined || (prompt !== undefined && output !== undefined),
  );
}

/** How fast a model of the document answers at every rate; of its own percentiles and those of its targets. */
export function useCurve(
  { plan, document }: Served,
  model: string,
  percentiles: readonly number[],
): CapacityCurve | undefined {
  const { clients, store } = usePlannerParts();
  const [curve, setCurve] = useState<CapacityCurve | undefined>();
  useEffect(() => {
    const own = document?.models.find((one) => one.model === model);
    if (plan === undefined || own === undefined) {
      setCurve(undefined);
      return;
    }
    let isCurrent = true;
    const { history, live } = store.getState();
    const all = [...percentiles, ...own.targets.map(({ percentile }) => percentile)];
    const ask = {
      workspace: { ...history.present, live },
      plan,
      model,
      percentiles: [...new Set(all)].sort((a, b) => a - b),
    };
    clients.quick.ask("curve", ask).then(
      (answer) => isCurrent && setCurve(answer),
      () => isCurrent && setCurve(undefined),
    );
    return () => {
      isCurrent = false;
    };
  }, [clients, store, plan, document, model, percentiles]);
  return curve?.model === model ? curve : undefined;
}
