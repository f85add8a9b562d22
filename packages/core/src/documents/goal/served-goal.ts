import { latencyAt } from "../../capacity/breaking-rate.ts";
import type { ServingModel } from "../../capacity/serving-model.ts";
import { servingModel, servingPoint } from "../../capacity/throughput.ts";
import type { Workload } from "../../capacity/workload.ts";
import type { Candidate } from "../../placement/candidate.ts";
import { deploymentLimits, slowestOf } from "../capacity/deployment-speed.ts";
import { replicaSpeed } from "../capacity/replica-speed.ts";
import { workloadOf } from "../capacity/workload-of.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";
import type { FleetGoal } from "./fleet-goal.ts";
import { candidateReplica, deployedReplicas, type ServedReplica } from "./served-replica.ts";

/**
 * throughput: tokens a second that all replicas write at the most, none beyond its part of the rate. targets: by how
 * many percent replicas miss their worst target at their part of the rate. Each replica is taken to have its cards for
 * itself, and to hold what it wants, or what they have room for.
 */
export function servedGoal(
  id: "throughput" | "targets",
  workloads: readonly PlanWorkload[],
): FleetGoal {
  const asked = new Map(
    workloads.flatMap((own) => {
      const found = workloadOf(own, {}, undefined);
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
    const part = hasRate ? workload.arrivals.rate / replica.replicas : Number.POSITIVE_INFINITY;
    const serving = servedBy(replica, workload);
    return id === "targets"
      ? percentBeyond(serving, workload, part)
      : Math.round(Math.min(serving.mostRate, part) * serving.shape.outputTokens);
  };
  const ofCandidate = (candidate: Candidate, sequences: number): number =>
    worthOf(candidateReplica(candidate, sequences));
  const ofPlan: FleetGoal["valueOf"] = (problem, deployments) =>
    deployedReplicas(problem, deployments).reduce((sum, replica) => sum + worthOf(replica), 0);
  return id === "throughput"
    ? { id, gainOf: ofCandidate, valueOf: ofPlan }
    : { id, lossOf: ofCandidate, valueOf: ofPlan };
}

function keyOf({ weights, spec: _, engine: __, ...own }: ServedReplica): string {
  const stages = own.stages.map((stage) => stage.map(({ host, spec }) => [host, spec.id]));
  return JSON.stringify({ ...own, stages, quantization: weights.quantization });
}

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
  return Math.min(MOST_PERCENT, Math.max(0, Math.ceil(100 * (worst - 1))));
}

/** A replica that is eleven times too slow is as bad as one that can't serve its part. */
const MOST_PERCENT = 1000;

/** The replica with its cards for itself and what it is taken to hold, as it serves the workload. */
export function servedBy(replica: ServedReplica, workload: Workload): ServingModel {
  const { spec: model, engine, weights, kvCacheDtype, parallelism, stages } = replica;
  const { limits, sequences, hasPeerToPeer } = replica;
  const setting = replicaSpeed({
    model,
    engine,
    weights,
    kvCacheDtype,
    parallelism,
    gpus: stages.flat().map(({ spec }) => spec),
    links: stages.map((own, stage) => ({
      within: slowestOf(own, hasPeerToPeer),
      toNext: slowestOf([...own, ...(stages[stage + 1] ?? []).slice(0, 1)], hasPeerToPeer),
    })),
  });
  return servingModel(
    setting,
    deploymentLimits({ engine, ...limits, kv: { tokens: sequences * limits.maxSeqLen } }),
    workload,
  );
}
