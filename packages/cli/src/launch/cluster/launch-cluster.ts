import type { PlanDeployment } from "@berth/core";
import type { ClusterPart, ClusterProgress, ClusterThing, ClusterUnit } from "@berth/core/launch";
import { commandText } from "../../print/command-text.ts";
import { departures } from "../departures.ts";
import { diagnose } from "../diagnose.ts";
import type { LaunchEvent } from "../events.ts";
import { growingPauses } from "../growing-pauses.ts";
import type { LaunchRequest, LaunchResult } from "../launch-plan.ts";
import { type Cluster, thingText } from "./cluster.ts";
import { type KeptCluster, partsOf } from "./kept-cluster.ts";

const POLL_MS = 2000;
/** Each look is a call of kubectl, or some of Slurm's. */
const FIRST_POLL_MS = 250;

export type ClusterRequest = Pick<
  LaunchRequest,
  "plan" | "timeoutMs" | "signal" | "onEvent" | "onDeparture" | "isKept"
> & { readonly kept: KeptCluster };

/**
 * Hands a bundle to a cluster, part by part in start order, and waits on what the cluster says of each. What Berth made
 * there earlier and the bundle has no more goes first.
 */
export async function launchOnCluster(
  cluster: Cluster,
  request: ClusterRequest,
): Promise<LaunchResult> {
  const { kept, signal, isKept, onEvent } = request;
  const { staying, stale } = await cluster.look(kept);
  onEvent({ event: "order", ...orderOf(cluster.units, staying, partsOf(kept.state.parts, stale)) });
  try {
    await removeAll(cluster, stale.toReversed(), request);
    await kept.update({ parts: cluster.units.map(startingPart) });
    const result = await startAll(cluster, staying, request);
    if (result !== "running" && !isKept) {
      await rollBack(cluster, request);
    }
    await kept.settle();
    return result;
  } catch (error) {
    if (!isKept) {
      await rollBack(cluster, request);
    }
    await kept.settle();
    // Ctrl-C ends the programs that Berth waits for as well
    if (signal.aborted) {
      return "stopped";
    }
    throw error;
  }
}

function startingPart(unit: ClusterUnit): ClusterPart {
  return { ...unit, status: "starting" };
}

function orderOf(
  units: readonly ClusterUnit[],
  staying: ReadonlySet<string>,
  stopping: readonly ClusterUnit[],
): Omit<Extract<LaunchEvent, { event: "order" }>, "event"> {
  return {
    stays: enginesOf(units.filter(({ name }) => staying.has(name))).map(({ model, replica }) => ({
      model,
      replica,
    })),
    steps: [
      ...enginesOf(stopping).map((step) => ({
        action: "stop" as const,
        ...step,
        why: "the plan has it no more, or otherwise",
      })),
      ...enginesOf(units.filter(({ name }) => !staying.has(name))).map((step) => ({
        action: "start" as const,
        ...step,
        why: "is new",
      })),
    ],
  };
}

function enginesOf(
  units: readonly ClusterUnit[],
): readonly Pick<PlanDeployment, "model" | "replica" | "gpus">[] {
  return units.flatMap(({ engines }) =>
    engines.map(({ deployment: { model, replica, gpus } }) => ({ model, replica, gpus })),
  );
}

async function startAll(
  cluster: Cluster,
  staying: ReadonlySet<string>,
  request: ClusterRequest,
): Promise<LaunchResult> {
  const { kept, signal } = request;
  await cluster.begin(kept);
  for (const unit of cluster.units) {
    if (signal.aborted) {
      return "stopped";
    }
    if (!staying.has(unit.name)) {
      await cluster.start(unit, kept);
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
  const logs = await cluster.logs(unit, request.kept.things);
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
  { timeoutMs, signal, onEvent, kept }: ClusterRequest,
): Promise<Waited | undefined> {
  const began = Date.now();
  const pause = growingPauses(POLL_MS, FIRST_POLL_MS);
  while (!signal.aborted) {
    const progress = await cluster.progress(unit, kept.things);
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
  { plan, onEvent, onDeparture, kept }: ClusterRequest,
): Promise<LaunchResult> {
  const logs = await cluster.logs(unit, kept.things);
  const found = await Promise.all(
    unit.engines.map(({ name, deployment }, at) => {
      const log = logs[at];
      return log === undefined ? [] : departures(plan, { name, deployment, log }, []);
    }),
  );
  const sentences = found.flat();
  onEvent({ event: "measured", engine: unit.name, cards: [], departures: sentences });
  await kept.setStatus(unit.name, sentences.length === 0 ? "ready" : "departed");
  const goesOn = sentences.length === 0 || (await onDeparture(unit.name, sentences)) === "continue";
  return goesOn ? "running" : "failed";
}

/** Takes back what this launch made, and what a killed one left: the newest first. */
async function rollBack(cluster: Cluster, request: ClusterRequest): Promise<void> {
  const { kept } = request;
  const own = kept.things.filter(({ isSettled }) => !isSettled);
  await removeAll(cluster, own.toReversed(), request);
  await kept.update({ parts: kept.state.parts.filter(({ status }) => status !== "starting") });
}

async function removeAll(
  cluster: Cluster,
  things: readonly ClusterThing[],
  { kept, onEvent }: ClusterRequest,
): Promise<void> {
  await cluster.remove(things);
  await kept.drop(things);
  for (const thing of things) {
    onEvent({ event: "stopped", engine: thingText(thing) });
  }
}
