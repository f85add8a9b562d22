import type { PlanDeployment, PlanReplica, PlanStep } from "../documents/plan-document.ts";
import { isSameEngine, isSameReplica } from "../documents/staying/engine-aspects.ts";
import { loadSeconds } from "../documents/staying/load-seconds.ts";
import { orderSteps } from "../documents/staying/order-steps.ts";
import { whyStep } from "../documents/staying/why-step.ts";

/** What a launch does to a host: who is left alone, and one stop or start after another. */
export interface LaunchChanges {
  readonly stays: readonly PlanReplica[];
  readonly steps: readonly PlanStep[];
}

/**
 * From what runs on a host to what a plan wants there, so that no card ever has to hold more than it has. An engine
 * that is what the plan asks for is left alone; as few as possible are started again.
 */
export function launchChanges(
  running: readonly PlanDeployment[],
  wanted: readonly PlanDeployment[],
): LaunchChanges {
  const stays = running.filter((engine) => wanted.some((one) => isSameEngine(engine, one)));
  const { steps, interrupted } = orderSteps({
    stops: running.filter((engine) => !stays.includes(engine)),
    starts: wanted
      .filter((one) => !stays.some((engine) => isSameReplica(engine, one)))
      .toSorted((a, b) => a.startOrder - b.startOrder),
    stays,
    loadSeconds,
    // a host's power and disk are the plan's matter; here it is one host whose cards are looked at before each start
    overfullHosts: () => [],
    hostsOf: () => [],
  });
  const around = { running, wanted, lost: [], interrupted };
  return {
    stays: stays.map(replicaOf),
    steps: steps.map((step) => ({
      action: step.action,
      ...replicaOf(step.deployment),
      gpus: step.deployment.gpus,
      why: whyStep(step, around),
    })),
  };
}

function replicaOf({ model, replica }: PlanDeployment): PlanReplica {
  return { model, replica };
}
