import { askedReplicas } from "./asked-replicas.ts";
import type { CurvePoint } from "./capacity-document.ts";
import type { EnergyCost } from "./energy-cost.ts";
import { modelCapacity, mostRate } from "./model-capacity.ts";
import { type CapacityInput, USUAL_PERCENTILES } from "./plan-capacity.ts";

/** How fast a model answers at every rate that it can serve, all its replicas together. */
export interface CapacityCurve {
  readonly model: string;
  /** Requests a second that it serves at the most; every point is below. */
  readonly mostRequestsPerSecond: number;
  /** By rising rates, from next to none on. */
  readonly points: readonly CurvePoint[];
}

/** Points of a curve that is drawn; latencies bend most near its end, where points are closest. */
const USUAL_POINTS = 40;
/** Of the most that a model serves: at the most itself, requests wait without end. */
const LAST_SHARE = 0.995;

/**
 * The latency-throughput curve of one model: at each of its rates what `planCapacity` answers when that rate stands in
 * for the model's own, other models as they are. Undefined where the model has no place or no lengths of requests.
 * Throws an InputError as `planCapacity` does.
 */
export function capacityCurve(
  input: CapacityInput,
  model: string,
  points: number = USUAL_POINTS,
): CapacityCurve | undefined {
  const { replicas } = askedReplicas({ ...input, only: model });
  // where targets break follows from the curve's model, not from its points
  const [first, ...others] = replicas
    .filter(({ deployment }) => deployment.model === model)
    .map((replica) => ({ ...replica, workload: { ...replica.workload, targets: [] } }));
  if (first === undefined) {
    return undefined;
  }
  const all = [first, ...others] as const;
  const most = mostRate(all);
  const percentiles = input.percentiles ?? USUAL_PERCENTILES;
  return {
    model,
    mostRequestsPerSecond: most,
    points: sharesOf(most > 0 ? points : 0).map((share) => {
      const rate = most * share;
      const at = modelCapacity(all, { rate, percentiles, energy: () => NO_ENERGY, afterLoss: [] });
      const { requestsPerSecond, latencies, chanceToWait, kvOccupancy } = at;
      return {
        requestsPerSecond,
        latencies,
        ...(chanceToWait === undefined ? {} : { chanceToWait }),
        ...(kvOccupancy === undefined ? {} : { kvOccupancy }),
      };
    }),
  };
}

const NO_ENERGY: EnergyCost = { watts: 0 };

/** Shares of the most, rising from next to none to `LAST_SHARE`, closer and closer. */
function sharesOf(points: number): readonly number[] {
  return Array.from({ length: points }, (_, i) => {
    const left = (points - 1 - i) / (points - 1 + FIRST);
    return LAST_SHARE * (1 - left * left);
  });
}

/** Of a step between points: the first is so near to no request at all. */
const FIRST = 0.05;
