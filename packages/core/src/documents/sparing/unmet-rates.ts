import type { PlanDocument } from "../plan-document.ts";
import { carriedIn, leastCarried } from "../sizing/carried.ts";
import type { Served } from "../sizing/replica-serves.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";

/** A model with a place that carries less than the rate that it is asked for. */
export interface UnmetRate {
  readonly model: string;
  readonly requestsPerSecond: number;
  /** Within its targets; after the worst loss where it is to outlive one. */
  readonly carriesPerSecond: number;
  readonly text: string;
}

/** The plan with the rates that its replicas do not meet. What models with a fixed number of replicas miss is a warning too. */
export function withUnmet(
  plan: PlanDocument,
  served: readonly Served[],
  workloads: readonly PlanWorkload[],
): PlanDocument {
  const unmet = workloads.flatMap((own) => unmetRate(plan, served, own));
  if (unmet.length === 0) {
    return plan;
  }
  const sized = new Set((plan.sizing ?? []).map(({ model }) => model));
  const fixed = unmet.filter(({ model }) => !sized.has(model)).map(({ text }) => text);
  return { ...plan, unmet, warnings: [...plan.warnings, ...fixed] };
}

function unmetRate(
  plan: PlanDocument,
  served: readonly Served[],
  { model, requestsPerSecond = 0 }: PlanWorkload,
): readonly UnmetRate[] {
  const own = served.filter(({ deployment }) => deployment.model === model);
  const [first] = own;
  if (first === undefined) {
    return [];
  }
  const carried = carriedIn(plan, own, first.deployment.survives?.loss);
  const carriesPerSecond = leastCarried(carried);
  if (requestsPerSecond === 0 || carriesPerSecond > requestsPerSecond) {
    return [];
  }
  const lost = carriesPerSecond < carried.all ? ` without ${carried.afterLoss?.lost}` : "";
  const text = `${model} misses its rate: it carries ${rate(carriesPerSecond)} requests a second within its targets${lost}; ${rate(requestsPerSecond)} ${requestsPerSecond === 1 ? "is" : "are"} asked for`;
  return [{ model, requestsPerSecond, carriesPerSecond, text }];
}

/** Three digits are as good as such an estimate gets. */
function rate(value: number): string {
  return String(Number(value.toPrecision(3)));
}
