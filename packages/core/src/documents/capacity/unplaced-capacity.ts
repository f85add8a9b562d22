import { askedOf } from "./asked-replicas.ts";
import type { UnplacedCapacity } from "./capacity-document.ts";
import type { CapacityInput } from "./plan-capacity.ts";

/** The models without a place that are to be answered, and what each is asked to serve. */
export function unplacedCapacity(input: CapacityInput): readonly UnplacedCapacity[] {
  const { plan, only } = input;
  return plan.unplaced
    .filter(({ model }) => (only ?? model) === model)
    .map(({ model }) => {
      const asked = askedOf(input, model);
      return {
        model,
        ...(asked?.hasRate === true ? { requestsPerSecond: asked.workload.arrivals.rate } : {}),
        targets: (asked?.workload.targets ?? []).map(({ metric, percentile, most }) => ({
          metric,
          percentile,
          mostSeconds: most,
        })),
      };
    });
}

/** Whether a model without a place says what it is asked to serve. */
export function isUnplacedAsked(input: CapacityInput): boolean {
  return unplacedCapacity(input).some(({ model }) => askedOf(input, model) !== undefined);
}
