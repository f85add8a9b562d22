import { mixtureAt, replicaKinds } from "../../capacity/mixture.ts";
import { servingPoint } from "../../capacity/throughput.ts";
import type { LatencyTarget } from "../../capacity/workload.ts";
import { askedReplicas } from "../capacity/asked-replicas.ts";
import type { ReplicaModel } from "../capacity/replica-model.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { FleetProblem } from "../plan-problem.ts";
import type { PlanTarget, PlanWorkload } from "../workload/plan-workload.ts";

/** A target that a placed model misses even for one request alone, whatever its rate. */
export interface UnmetTarget {
  readonly model: string;
  readonly target: PlanTarget;
  /** What requests that meet no other take at its percentile, whichever replica they go to, its cards for itself. */
  readonly aloneSeconds: number;
  readonly text: string;
}

/** A rate so low that requests do not meet, as a part of the most that a replica serves. */
const ALONE_PART = 1e-6;

/** The targets that models of a plan miss at any rate; each is a warning of the plan too. */
export function withUnmetTargets(
  plan: PlanDocument,
  { models }: Pick<FleetProblem, "models">,
  { file, workloads }: { readonly file: string; readonly workloads: readonly PlanWorkload[] },
): PlanDocument {
  const specs = new Map(models.map(({ spec }) => [spec.id, spec]));
  const { alone } = askedReplicas({ file, plan: { ...plan, workloads }, models: specs });
  const unmet = workloads.flatMap(({ model, targets }) => {
    const own = alone.filter(({ deployment }) => deployment.model === model);
    return targets.flatMap((target) => unmetTarget(model, target, own));
  });
  return unmet.length === 0
    ? plan
    : {
        ...plan,
        unmet: [...(plan.unmet ?? []), ...unmet],
        warnings: [...plan.warnings, ...unmet.map(({ text }) => text)],
      };
}

function unmetTarget(
  model: string,
  target: PlanTarget,
  own: readonly ReplicaModel[],
): readonly UnmetTarget[] {
  const aloneSeconds = aloneOn(own, target);
  if (aloneSeconds <= target.mostSeconds) {
    return [];
  }
  const { metric, percentile, mostSeconds } = target;
  const text = `${model} misses a target at any rate: ${NAMES[metric]} of ${PERCENT * percentile} % of requests is to be ${duration(mostSeconds)} at the most, one request alone takes ${duration(aloneSeconds)}`;
  return [{ model, target, aloneSeconds, text }];
}

function aloneOn(own: readonly ReplicaModel[], { metric, percentile }: PlanTarget): number {
  const parts = replicaKinds(own.map(({ serving }) => serving)).flatMap(({ serving, replicas }) => {
    const point = servingPoint(serving, serving.mostRate * ALONE_PART);
    return point === undefined ? [] : [{ weight: replicas * serving.mostRate, point }];
  });
  return parts.length === 0 ? 0 : mixtureAt(parts, metric, percentile);
}

const NAMES: Readonly<Record<LatencyTarget["metric"], string>> = {
  ttft: "the time to the first token",
  tpot: "the time of a token",
  e2e: "the whole time",
};

const PERCENT = 100;
const MS_OF_SECOND = 1000;

/** Three digits are as good as such an estimate gets. */
function duration(seconds: number): string {
  return seconds < 1
    ? `${Number((seconds * MS_OF_SECOND).toPrecision(3))} ms`
    : `${Number(seconds.toPrecision(3))} s`;
}
