import { isTargetMet, latencyAt } from "../../capacity/breaking-rate.ts";
import type { ServingModel } from "../../capacity/serving-model.ts";
import { servingPoint } from "../../capacity/throughput.ts";
import type { Workload } from "../../capacity/workload.ts";
import type { Candidate } from "../../placement/candidate.ts";
import { workloadOf } from "../capacity/workload-of.ts";
import { servesOf } from "../sizing/replica-serves.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";
import type { FleetGoal } from "./fleet-goal.ts";
import { servesOnce } from "./known-serves.ts";
import { candidateReplica, deployedReplicas, type ServedReplica } from "./served-replica.ts";
import { servingOf } from "./serving-of.ts";

/**
 * rates: how many percent replicas lack of an equal part of the rate, within their targets and once more at all, where
 * those that a loss takes have none. throughput: tokens a second that all replicas write at the most, none beyond its part of the
 * rate. targets: by how many percent replicas miss their worst target at their part of the rate. Each replica is taken to have
 * its cards for itself, and to hold what it wants, or what they have room for.
 */
export function servedGoal(
  id: "rates" | "throughput" | "targets",
  workloads: readonly PlanWorkload[],
): FleetGoal {
  const asked = new Map(
    workloads.flatMap((own) => {
      const found = workloadOf(own, {});
      return found === undefined ? [] : [[own.model, found] as const];
    }),
  );
  const known = new Map<string, number>();
  const worthOf = (replica: ServedReplica): number => {
    const key = keyOf(replica);
    const worth = known.get(key) ?? computedWorth(replica);
    known.set(key, worth);
    return worth;
  };
  const computedWorth = (replica: ServedReplica): number => {
    const own = asked.get(replica.name);
    if (own === undefined) {
      return 0;
    }
    const { workload, hasRate } = own;
    if (id === "rates") {
      return percentShort(replica, workload, workload.arrivals.rate / left(replica));
    }
    const serving = servingOf(replica, workload);
    const part = hasRate ? workload.arrivals.rate / replica.replicas : Number.POSITIVE_INFINITY;
    switch (id) {
      case "targets":
        return percentBeyond(serving, workload, part);
      default:
        return Math.round(Math.min(serving.mostRate, part) * serving.shape.outputTokens);
    }
  };
  const ofCandidate = (candidate: Candidate, sequences: number): number =>
    worthOf(candidateReplica(candidate, sequences));
  const ofPlan: FleetGoal["valueOf"] = (problem, deployments) =>
    deployedReplicas(problem, deployments).reduce((sum, replica) => sum + worthOf(replica), 0);
  return id === "throughput"
    ? { id, gainOf: ofCandidate, valueOf: ofPlan }
    : { id, lossOf: ofCandidate, valueOf: ofPlan };
}

/** Replicas that are left after any loss that the model is to outlive; one where none would be. */
function left({ replicas, lost }: ServedReplica): number {
  return Math.max(1, replicas - lost);
}

function keyOf({ weights, spec: _, engine: __, ...own }: ServedReplica): string {
  const stages = own.stages.map((stage) => stage.map(({ host, spec }) => [host, spec.id]));
  return JSON.stringify({ ...own, stages, quantization: weights.quantization });
}

/** How many percent of the rate it lacks within its targets, and how many at all. */
function percentShort(replica: ServedReplica, workload: Workload, rate: number): number {
  const { targets } = workload;
  const alike = keyOf({ ...replica, replicas: 1, lost: 0 });
  const { withinTargetsPerSecond: within, mostRequestsPerSecond: most } = servesOnce(
    workload,
    alike,
    () => servesOf(servingOf(replica, workload), targets),
  );
  // the rate at which targets break is known to a millionth
  if (within > rate || (within > rate * NEARLY && isMet(replica, workload, rate))) {
    return 0;
  }
  const percent = (served: number): number => Math.max(0, Math.ceil(PERCENT * (1 - served / rate)));
  return Math.max(1, percent(within)) + percent(most);
}

const NEARLY = 0.99;

function isMet(replica: ServedReplica, workload: Workload, rate: number): boolean {
  const point = servingPoint(servingOf(replica, workload), rate);
  return point !== undefined && workload.targets.every((target) => isTargetMet(point, target));
}

const PERCENT = 100;

/** By how many percent the worst latency is beyond its target; 0 where all are met, no more than a limit where it can't serve. */
function percentBeyond(serving: ServingModel, { targets }: Workload, rate: number): number {
  const point = servingPoint(serving, rate);
  const worst =
    point === undefined
      ? Number.POSITIVE_INFINITY
      : targets.reduce(
          (most, { metric, percentile, most: seconds }) =>
            Math.max(most, latencyAt(point, metric, percentile) / seconds),
          0,
        );
  return Math.min(MOST_PERCENT, Math.max(0, Math.ceil(PERCENT * (worst - 1))));
}

/** A replica that is eleven times too slow is as bad as one that can't serve its part. */
const MOST_PERCENT = 1000;
