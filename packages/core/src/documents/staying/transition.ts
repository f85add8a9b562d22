import type { Fleet } from "../../hardware/fleet.ts";
import type { PlanDeployment, PlanReplica, PlanTransition } from "../plan-document.ts";
import { isSameEngine, isSameReplica } from "./engine-aspects.ts";
import { loadSeconds } from "./load-seconds.ts";
import { orderSteps } from "./order-steps.ts";
import { overfullHostsOf } from "./overfull-hosts.ts";
import type { RunningEngines } from "./running-engines.ts";
import { whyStep } from "./why-step.ts";
import type { MoveCost } from "./worth.ts";

interface Running extends RunningEngines {
  readonly moveCost: MoveCost;
  readonly fleet: Fleet;
  /** Whether the wanted engines that run already come first in the start order. */
  readonly mayStay: boolean;
}

/** From the engines that run to those of a plan: who stays, and one stop or start after another. */
export function transitionTo(
  wanted: readonly PlanDeployment[],
  { running, lost, moveCost, mayStay, fleet }: Running,
): PlanTransition {
  const stays = running.filter(
    (engine) => mayStay && wanted.some((one) => isSameEngine(engine, one)),
  );
  const stops = running.filter((engine) => !stays.includes(engine));
  const starts = wanted
    .filter((one) => !stays.some((engine) => isSameReplica(engine, one)))
    .sort((a, b) => a.startOrder - b.startOrder);
  const hostOf = new Map(fleet.gpus.map(({ id, host }) => [id, host]));
  const { steps, interrupted } = orderSteps({
    stops,
    starts,
    stays,
    loadSeconds,
    overfullHosts: overfullHostsOf(fleet),
    hostsOf: ({ gpus }) => [...new Set(gpus.flatMap((id) => hostOf.get(id) ?? []))],
  });
  const around = { running, wanted, lost, interrupted };
  return {
    moveCost: Number.isFinite(moveCost) ? moveCost : "never",
    stays: stays.map(replicaOf),
    steps: steps.map((step) => ({
      action: step.action,
      ...replicaOf(step.deployment),
      gpus: step.deployment.gpus,
      why: whyStep(step, around),
      ...(step.action === "start" ? { loadSeconds: loadSeconds(step.deployment) } : {}),
    })),
    restarts: stops.filter((stop) => starts.some((start) => isSameReplica(stop, start))).length,
    interrupted: interrupted.map(replicaOf),
    loadSeconds: starts.reduce((sum, start) => sum + loadSeconds(start), 0),
  };
}

function replicaOf({ model, replica }: PlanDeployment): PlanReplica {
  return { model, replica };
}
