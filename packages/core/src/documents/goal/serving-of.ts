import type { ServingModel } from "../../capacity/serving-model.ts";
import type { SpeedSetting } from "../../capacity/speed-setting.ts";
import { servingModel } from "../../capacity/throughput.ts";
import type { Workload } from "../../capacity/workload.ts";
import { deploymentLimits, slowestOf } from "../capacity/deployment-speed.ts";
import { replicaSpeed } from "../capacity/replica-speed.ts";
import type { ServedReplica } from "./served-replica.ts";

/** A replica that has its cards for itself, as it serves a workload. */
export function servingOf(replica: ServedReplica, workload: Workload): ServingModel {
  const { engine, limits, sequences } = replica;
  return servingModel(
    speedOf(replica),
    deploymentLimits({ engine, ...limits, kv: { tokens: sequences * limits.maxSeqLen } }),
    workload,
  );
}

/** What the laws of time need of a replica. */
export function speedOf(replica: ServedReplica): SpeedSetting {
  const {
    spec: model,
    engine,
    weights,
    kvCacheDtype,
    parallelism,
    stages,
    hasPeerToPeer,
  } = replica;
  return replicaSpeed({
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
}
