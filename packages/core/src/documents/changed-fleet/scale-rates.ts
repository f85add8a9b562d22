import { workloadOf } from "../capacity/workload-of.ts";
import type { FleetFile, FleetModel } from "../fleet-file-types.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { Trace } from "../workload/trace.ts";

/** The fleet file with every rate that it says multiplied. */
export function withRates(fleet: FleetFile, times: number): FleetFile {
  return times === 1 ? fleet : { ...fleet, models: fleet.models.map((one) => scaled(one, times)) };
}

function scaled(model: FleetModel, times: number): FleetModel {
  const { workload } = model;
  if (workload?.rate === undefined) {
    return model;
  }
  const { rate } = workload;
  return {
    ...model,
    workload: {
      ...workload,
      rate: typeof rate === "number" ? rate * times : `(${rate}) * ${times}`,
    },
  };
}

/** The plan with a rate for every workload that has its rate from a trace, multiplied. */
export function scaledTraces(
  plan: PlanDocument,
  traces: ReadonlyMap<string, Trace> | undefined,
  times: number,
): PlanDocument {
  if (times === 1 || plan.workloads === undefined) {
    return plan;
  }
  return {
    ...plan,
    workloads: plan.workloads.map((own) => {
      const trace = own.trace === undefined ? undefined : traces?.get(own.trace);
      if (trace === undefined || own.requestsPerSecond !== undefined) {
        return own;
      }
      const found = workloadOf(own, {}, trace);
      const rate = found?.workload.arrivals.rate ?? 0;
      return { ...own, requestsPerSecond: rate * times };
    }),
  };
}
