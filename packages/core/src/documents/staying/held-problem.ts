import type { Fleet, FleetHost } from "../../hardware/fleet.ts";
import { mayUse } from "../../placement/card-classes.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { bytes } from "../../units/units.ts";
import type { PlanDeployment } from "../plan-document.ts";
import { rankBytes } from "../plan-gpus.ts";
import type { FleetProblem } from "../plan-problem.ts";

/**
 * What is left to decide when these engines stay: on their cards they are others that hold memory, their models
 * need only the replicas that are missing, and who may not share a card with one keeps away from it.
 */
export function heldProblem(
  { fleet, models, chanceWanted }: FleetProblem,
  kept: readonly PlanDeployment[],
): FleetProblem {
  return {
    fleet: {
      ...fleet,
      gpus: fleet.gpus.map((gpu) => heldCard(gpu, kept)),
      ...(fleet.hosts === undefined
        ? {}
        : { hosts: fleet.hosts.map((host) => heldHost(host, fleet, kept)) }),
    },
    models: models.flatMap((model) => missingOf(model, { fleet, models, kept })),
    chanceWanted,
  };
}

function heldCard(gpu: Fleet["gpus"][number], kept: readonly PlanDeployment[]): typeof gpu {
  const held = kept
    .flatMap((deployment) => deployment.ranks)
    .filter((rank) => rank.gpu === gpu.id)
    .reduce((sum, rank) => sum + rankBytes(rank), 0);
  return held === 0 ? gpu : { ...gpu, usedByOthers: bytes(gpu.usedByOthers + held), powerW: 0 };
}

/** Cards in use and files in place already have their part of what the host has. */
function heldHost(host: FleetHost, { gpus }: Fleet, kept: readonly PlanDeployment[]): FleetHost {
  const { powerBudgetW, disk, ...rest } = host;
  const own = gpus.filter((gpu) => gpu.host === host.name);
  const isOn = (deployment: PlanDeployment, id: string) => deployment.gpus.includes(id);
  const drawn = own
    .filter(({ id }) => kept.some((deployment) => isOn(deployment, id)))
    .reduce((sum, gpu) => sum + (gpu.powerW ?? 0), 0);
  const files = new Map(
    kept
      .filter((deployment) => own.some(({ id }) => isOn(deployment, id)))
      .map((deployment) => [deployment.files?.id, deployment.files?.bytes ?? 0]),
  );
  const held = [...files.values()].reduce((sum, size) => sum + size, 0);
  return {
    ...rest,
    ...(powerBudgetW === undefined ? {} : { powerBudgetW: Math.max(0, powerBudgetW - drawn) }),
    ...(disk === undefined ? {} : { disk: bytes(Math.max(0, disk - held)) }),
  };
}

interface Around extends Pick<FleetProblem, "fleet" | "models"> {
  readonly kept: readonly PlanDeployment[];
}

/** The replicas of the model that don't run yet; they hold as many sequences as those that stay. */
function missingOf(model: PlannedModel, around: Around): readonly PlannedModel[] {
  const own = around.kept.filter((deployment) => deployment.model === model.name);
  const replicas = model.replicas - own.length;
  if (replicas <= 0) {
    return [];
  }
  const { survives: _, ...reachable } = withCards(model, around);
  if (own.length === 0) {
    return [withCards(model, around)];
  }
  const sequences = Math.min(...own.map(({ concurrentSequences }) => concurrentSequences));
  const maxBatchSize = Math.max(...own.map((deployment) => deployment.maxBatchSize));
  const together = replicas * sequences;
  const limits = { ...model.limits, maxBatchSize };
  return [{ ...reachable, replicas, least: together, wanted: together, limits }];
}

/** The model with the cards that it may use beside those that stay. */
function withCards(model: PlannedModel, { fleet, models, kept }: Around): PlannedModel {
  const closed = new Set([
    ...kept
      .filter((tenant) => mayNotShare(model, tenant.model, models))
      .flatMap((tenant) => tenant.gpus),
    ...hostsTaken(model, fleet, kept),
  ]);
  if (!fleet.gpus.some((gpu) => closed.has(gpu.id) && mayUse(model, gpu))) {
    return model;
  }
  const open = fleet.gpus.filter((gpu) => mayUse(model, gpu) && !closed.has(gpu.id));
  return { ...model, gpus: open.map(({ id }) => id) };
}

/** All cards of the hosts that a spread model has replicas on. */
function hostsTaken(
  model: PlannedModel,
  fleet: Fleet,
  kept: readonly PlanDeployment[],
): readonly string[] {
  const own = kept.filter((tenant) => model.isSpread === true && tenant.model === model.name);
  const used = new Set(own.flatMap((tenant) => tenant.gpus));
  const hosts = new Set(fleet.gpus.filter(({ id }) => used.has(id)).map(({ host }) => host));
  return fleet.gpus.filter(({ host }) => hosts.has(host)).map(({ id }) => id);
}

function mayNotShare(
  model: PlannedModel,
  tenant: string,
  models: readonly PlannedModel[],
): boolean {
  const other = models.find(({ name }) => name === tenant);
  return (
    tenant === model.name ||
    model.isExclusive ||
    other?.isExclusive === true ||
    model.notWith.includes(tenant) ||
    other?.notWith.includes(model.name) === true
  );
}
