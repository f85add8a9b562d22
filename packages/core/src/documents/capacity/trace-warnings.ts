import { arrivalVariation } from "../../capacity/arrivals.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { AskedReplicas } from "./asked-replicas.ts";

/** Why rates of a plan that was sized by a trace, and those that a capacity document says, are not the same. */
export function traceWarnings(
  { sizing = [] }: Pick<PlanDocument, "sizing">,
  { answered, asked }: AskedReplicas,
): readonly string[] {
  return sizing.flatMap(({ model, trace }) => {
    const arrivals = asked.get(model)?.workload.arrivals;
    if (trace === undefined || arrivals?.kind !== "trace" || !answered.includes(model)) {
      return [];
    }
    const variation = Number(arrivalVariation(arrivals).toPrecision(2));
    return [
      `${model}: its requests come as in ${trace.file}, with ${variation} times the variance of Poisson's; replicas were sized for its busiest ${Math.round(trace.busiestSeconds)} seconds, in which they are taken to come as Poisson's, so that the plan's rates differ from these`,
    ];
  });
}
