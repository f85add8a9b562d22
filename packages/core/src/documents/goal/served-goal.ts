import { latencyAt } from "../../capacity/breaking-rate.ts";
import type { ServingModel } from "../../capacity/serving-model.ts";
import { servingModel, servingPoint } from "../../capacity/throughput.ts";
import type { Workload } from "../../capacity/workload.ts";
import { gpuById } from "../../catalog/catalog.ts";
import type { Candidate } from "../../placement/candidate.ts";
import type { PlacementGoal } from "../../placement/goal.ts";
import { deploymentLimits, type JoinedCard, slowestOf } from "../capacity/deployment-speed.ts";
import { replicaSpeed } from "../capacity/replica-speed.ts";
import { workloadOf } from "../capacity/workload-of.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";

/**
 * throughput: tokens a second that all replicas write at the most, none beyond its part of the rate. targets: by how
 * many percent replicas miss their worst target at their part of the rate. Each replica is taken to have its cards for itself, and to hold what it
 * wants, or what they have room for.
 */
export function servedGoal(
  id: "throughput" | "targets",
  workloads: readonly PlanWorkload[],
): PlacementGoal {
  const asked = new Map(
    workloads.flatMap((own) => {
      const found = workloadOf(own, {}, undefined);
      return found === undefined ? [] : [[own.model, found] as const];
    }),
  );
  const partOf = (model: string, replicas: number): number => {
    const own = asked.get(model);
    return own?.hasRate === true ? own.workload.arrivals.rate / replicas : Number.POSITIVE_INFINITY;
  };
  const tokensOf = (candidate: Candidate, sequences: number): number => {
    const workload = asked.get(candidate.model.name)?.workload;
    if (workload === undefined) {
      return 0;
    }
    const { serving } = servedBy(candidate, sequences, workload);
    const rate = Math.min(serving.mostRate, partOf(candidate.model.name, candidate.model.replicas));
    return Math.round(rate * serving.shape.outputTokens);
  };
  return id === "throughput"
    ? { id, gainOf: tokensOf }
    : {
        id,
        lossOf: (candidate, sequences) => {
          const { name, replicas } = candidate.model;
          const workload = asked.get(name)?.workload;
          return workload === undefined
            ? 0
            : percentBeyond(
                servedBy(candidate, sequences, workload).serving,
                workload,
                partOf(name, replicas),
              );
        },
      };
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

function servedBy(candidate: Candidate, sequences: number, workload: Workload) {
  const { model, parallelism, weights, layout, request } = candidate;
  const cards = layout.stages.map((stage) =>
    stage.flatMap(({ cardClass, ranks }) =>
      Array.from({ length: ranks }, (): JoinedCard[] => {
        const spec = gpuById(cardClass.gpus[0]?.catalogId ?? "");
        return spec === undefined ? [] : [{ host: cardClass.host, spec }];
      }).flat(),
    ),
  );
  const setting = replicaSpeed({
    model: model.spec,
    engine: model.engine,
    weights,
    kvCacheDtype: model.kvCacheDtype,
    parallelism,
    gpus: cards.flat().map(({ spec }) => spec),
    links: cards.map((own, stage) => ({
      within: slowestOf(own, request.hasPeerToPeer),
      toNext: slowestOf([...own, ...(cards[stage + 1] ?? []).slice(0, 1)], request.hasPeerToPeer),
    })),
  });
  const serving = servingModel(
    setting,
    deploymentLimits({
      engine: model.engine,
      tokensPerBlock: model.tokensPerBlock,
      ...model.limits,
      kv: { tokens: sequences * model.limits.maxSeqLen },
    }),
    workload,
  );
  return { serving };
}
