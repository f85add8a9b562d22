import { heldTokens } from "../../capacity/concurrency.ts";
import { firstTokenDelay } from "../../capacity/first-token-delay.ts";
import { type LinearStep, linearStep } from "../../capacity/linear-step.ts";
import type { FirstTokenDelay, ServingLimits, StepTime } from "../../capacity/serving-limits.ts";
import { stepTimeOf } from "../../capacity/step-time.ts";
import type { Arrivals, Workload } from "../../capacity/workload.ts";
import { requestsPerSecond, seconds } from "../../units/units.ts";
import { type AskedReplicas, askedReplicas, rateOf } from "./asked-replicas.ts";
import { mostRate } from "./model-capacity.ts";
import type { CapacityInput } from "./plan-capacity.ts";
import type { ReplicaModel } from "./replica-model.ts";

/** One replica as the simulations take it, and how many more are like it. */
export interface ReplicaCase {
  readonly model: string;
  /** Replicas of the plan that are alike: one stands for all. */
  readonly likes: readonly number[];
  /** What reaches the replica: a router sends each as much of the model's requests as it can serve. */
  readonly workload: Workload;
  /** `workload` is one replica's own share. */
  readonly replicas: 1;
  readonly limits: ServingLimits;
  readonly stepTime: StepTime;
  readonly firstTokenDelay: FirstTokenDelay;
  /** The same as a plane, for tensors. */
  readonly step: LinearStep;
}

/**
 * The replicas that a capacity document answers for, at the rates and with the slowdowns that it answers with. Throws
 * an InputError for cards or engines that the catalogue lacks.
 */
export function replicaCases(input: CapacityInput): readonly ReplicaCase[] {
  const all = askedReplicas(input);
  return all.answered.flatMap((model) => casesOf(model, all));
}

function casesOf(model: string, { asked, replicas }: AskedReplicas): readonly ReplicaCase[] {
  const own = replicas.filter(({ deployment }) => deployment.model === model);
  const most = mostRate(own);
  const workload = asked.get(model);
  if (workload === undefined || most <= 0) {
    return [];
  }
  const rate = rateOf(workload, most);
  const keys = own.map(({ serving: { limits, mostRate: each, setting } }) =>
    JSON.stringify([limits, each, setting]),
  );
  return [...new Set(keys)].flatMap((key) => {
    const [first, ...others] = own.filter((_, i) => keys[i] === key);
    return first === undefined
      ? []
      : [caseOf(model, [first, ...others], { rate, share: shareOf(first, own) })];
  });
}

/** The part of a model's requests that a replica gets, and where it begins among those of all. */
interface Share {
  readonly from: number;
  readonly to: number;
}

function shareOf(replica: ReplicaModel, all: readonly ReplicaModel[]): Share {
  const most = mostRate(all);
  const from = mostRate(all.slice(0, all.indexOf(replica))) / most;
  return { from, to: from + replica.serving.mostRate / most };
}

function caseOf(
  model: string,
  group: readonly [ReplicaModel, ...ReplicaModel[]],
  { rate, share }: { readonly rate: number; readonly share: Share },
): ReplicaCase {
  const [{ serving, workload }] = group;
  const { limits, shape, concurrency } = serving;
  const stepTime = stepTimeOf(serving.setting);
  const sequences = Math.max(1, Math.min(limits.maxBatchSize, concurrency.most));
  return {
    model,
    likes: group.map(({ deployment }) => deployment.replica),
    workload: { ...workload, arrivals: dealt(workload.arrivals, rate, share) },
    replicas: 1,
    limits,
    stepTime,
    firstTokenDelay: firstTokenDelay(serving.setting),
    step: linearStep(stepTime, {
      sequences,
      kvTokens: Math.min(limits.kvTokens, sequences * heldTokens(shape, limits)),
      promptTokens: shape.promptTokens,
      maxNumTokens: limits.maxNumTokens,
    }),
  };
}

/** A replica's part of all requests: a thinner stream, or in turn those of a trace, at the pace that is asked. */
function dealt(arrivals: Arrivals, rate: number, { from, to }: Share): Arrivals {
  const share = to - from;
  const own = requestsPerSecond(rate * share);
  if (arrivals.kind !== "trace") {
    return { kind: arrivals.kind, rate: own };
  }
  const { requests } = arrivals;
  const lasts = requests.at(-1)?.at ?? 0;
  const pace = lasts > 0 && rate > 0 ? (requests.length - 1) / lasts / rate : 1;
  // the golden ratio's multiples are spread evenly over all places, so that each part is dealt its share in turn
  const places = requests.map((request, i) => ({ request, place: (i * GOLDEN) % 1 }));
  const kept = places.filter(({ place }) => place >= from && place < to);
  return {
    kind: "trace",
    rate: own,
    requests: (kept.length > 0 ? kept : places.slice(0, 1)).map(({ request }) => ({
      ...request,
      at: seconds(request.at * pace),
    })),
  };
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
