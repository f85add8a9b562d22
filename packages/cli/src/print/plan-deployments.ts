import {
  cardRanges,
  formatCount,
  type PlanDeployment,
  type PlanDocument,
  type PlanReplica,
} from "@berth/core";
import type { Look } from "./look.ts";
import { memorySetting } from "./memory-setting.ts";
import { printTable } from "./table.ts";

/** One row a deployment; what its engine is told about memory is only right in the order of the rows. */
export function printPlanDeployments(plan: PlanDocument, look: Look): string {
  const right = { align: "right" } as const;
  return printTable(
    [
      { title: "start", ...right },
      { title: "model" },
      { title: "engine" },
      { title: "precision" },
      { title: "tp×pp", ...right },
      { title: "cards" },
      { title: "sequences × length", ...right },
      { title: "KV tokens", ...right },
      { title: "memory setting" },
    ],
    inStartOrder(plan).map((deployment) => [
      String(deployment.startOrder),
      replicaName(deployment),
      `${deployment.engine.id} ${deployment.engine.version}`,
      precision(deployment),
      `${deployment.tp}×${deployment.pp}`,
      cardRanges(deployment.gpus),
      `${formatCount(deployment.concurrentSequences)} × ${formatCount(deployment.maxSeqLen)}`,
      formatCount(deployment.kv.tokens),
      memorySetting(deployment.kv),
    ]),
    look,
  );
}

/** Host after host, and on each as its engines are to be started. */
export function inStartOrder({ gpus, deployments }: PlanDocument): readonly PlanDeployment[] {
  const hosts = [...new Set(gpus.map(({ host }) => host))];
  const hostOf = new Map(gpus.map(({ id, host }) => [id, hosts.indexOf(host)]));
  const place = ({ gpus: [first = ""] }: PlanDeployment): number => hostOf.get(first) ?? 0;
  return [...deployments].sort((a, b) => place(a) - place(b) || a.startOrder - b.startOrder);
}

/** "llama", and "llama #2" for the second replica. */
export function replicaName({ model, replica }: PlanReplica): string {
  return replica === 0 ? model : `${model} #${replica + 1}`;
}

/** "fp8 (from bf16), KV bf16": the weights' precision, what it is converted from, and the cache's. */
function precision(deployment: PlanDeployment): string {
  const { quantization, storedQuantization, kvCacheDtype } = deployment;
  const from = quantization === storedQuantization ? "" : ` (from ${storedQuantization})`;
  const kv = quantization === kvCacheDtype ? "" : `, KV ${kvCacheDtype}`;
  return `${quantization}${from}${kv}`;
}
