import type { ClusterProgress, ClusterUnit } from "@berth/core/launch";
import { commandText } from "../../print/command-text.ts";
import { departures } from "../departures.ts";
import { diagnose } from "../diagnose.ts";
import { growingPauses } from "../growing-pauses.ts";
import type { LaunchRequest, LaunchResult } from "../launch-plan.ts";
import type { Cluster } from "./cluster.ts";

const POLL_MS = 2000;

export type ClusterRequest = Pick<
  LaunchRequest,
  "plan" | "timeoutMs" | "signal" | "onEvent" | "onDeparture" | "isKept"
>;

/** Hands a bundle to a cluster, part by part in start order, and waits on what the cluster says of each. */
export async function launchOnCluster(
  cluster: Cluster,
  request: ClusterRequest,
): Promise<LaunchResult> {
  const staying = await cluster.look();
  request.onEvent({ event: "order", ...orderOf(cluster.units, staying) });
  try {
    const result = await startAll(cluster, staying, request);
    if (result !== "running") {
      await rollBack(cluster, request);
    }
    return result;
  } catch (error) {
    await rollBack(cluster, request);
    throw error;
  }
}

function orderOf(units: readonly ClusterUnit[], staying: ReadonlySet<string>) {
  const all = units.flatMap(({ name, engines }) =>
    engines.map(({ deployment: { model, replica, gpus } }) => ({ name, model, replica, gpus })),
  );
  return {
    stays: all
      .filter(({ name }) => staying.has(name))
      .map(({ model, replica }) => ({ model, replica })),
    steps: all
      .filter(({ name }) => !staying.has(name))
      .map(({ name: _, ...step }) => ({ action: "start" as const, ...step, why: "is new" })),
  };
}

async function startAll(
  cluster: Cluster,
  staying: ReadonlySet<string>,
  request: ClusterRequest,
): Promise<LaunchResult> {
  await cluster.begin();
  for (const unit of cluster.units) {
    if (!staying.has(unit.name)) {
      await cluster.start(unit);
    }
    const result = await settle(cluster, unit, request);
    if (result !== "running") {
      return result;
    }
  }
  return "running";
}

/** Waits for one part, and compares what it printed with the plan. */
async function settle(
  cluster: Cluster,
  unit: ClusterUnit,
  request: ClusterRequest,
): Promise<LaunchResult> {
  const { onEvent, timeoutMs } = request;
  const { name: engine } = unit;
  const gpus = [...new Set(unit.engines.flatMap(({ deployment }) => deployment.gpus))];
  const command = cluster
    .commands(unit)
    .map(({ words }) => commandText(words))
    .join("\n");
  onEvent({ event: "starting", engine, gpus, command });
  const end = await wait(cluster, unit, request);
  if (end === undefined) {
    return "stopped";
  }
  if (end.progress.is === "ready") {
    onEvent({ event: "ready", engine, elapsedMs: end.elapsedMs });
    return compare(cluster, unit, request);
  }
  const reason =
    end.progress.is === "failed"
      ? `it ${end.progress.how}`
      : `it was not ready after ${Math.round(timeoutMs / 1000)} s (${end.progress.stage})`;
  const logs = await cluster.logs(unit);
  const findings = await Promise.all(
    logs.map((log, at) => diagnose({ ...(unit.engines[at] ?? unit.engines[0]), log })),
  );
  const [log] = logs;
  onEvent({
    event: "failed",
    engine,
    reason,
    findings: findings.flat(),
    ...(log === undefined ? {} : { log }),
  });
  return "failed";
}

interface Waited {
  readonly progress: ClusterProgress;
  readonly elapsedMs: number;
}

/** Until it is ready, has failed, or its time is over; undefined where the user stops it. */
async function wait(
  cluster: Cluster,
  unit: ClusterUnit,
  { timeoutMs, signal, onEvent }: ClusterRequest,
): Promise<Waited | undefined> {
  const began = Date.now();
  const pause = growingPauses(POLL_MS);
  while (!signal.aborted) {
    const progress = await cluster.progress(unit);
    const elapsedMs = Date.now() - began;
    if (progress.is !== "waiting" || elapsedMs >= timeoutMs) {
      return { progress, elapsedMs };
    }
    const { stage } = progress;
    onEvent({ event: "loading", engine: unit.name, elapsedMs, stage, cards: [] });
    await pause(signal);
  }
  return undefined;
}

/** The cards are elsewhere: what the engines print of their memory is what is known here. */
async function compare(
  cluster: Cluster,
  unit: ClusterUnit,
  { plan, onEvent, onDeparture }: ClusterRequest,
): Promise<LaunchResult> {
  const logs = await cluster.logs(unit);
  const found = await Promise.all(
    unit.engines.map(({ name, deployment }, at) => {
      const log = logs[at];
      return log === undefined ? [] : departures(plan, { name, deployment, log }, []);
    }),
  );
  const sentences = found.flat();
  onEvent({ event: "measured", engine: unit.name, cards: [], departures: sentences });
  const goesOn = sentences.length === 0 || (await onDeparture(unit.name, sentences)) === "continue";
  return goesOn ? "running" : "failed";
}

async function rollBack(cluster: Cluster, { isKept, onEvent }: ClusterRequest): Promise<void> {
  for (const engine of isKept ? [] : await cluster.rollBack()) {
    onEvent({ event: "stopped", engine });
  }
}
