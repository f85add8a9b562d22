import type { Fleet, FleetGpu, FleetHost } from "../hardware/fleet.ts";
import { bytes } from "../units/units.ts";
import type { PlannedModel } from "./planned-model.ts";
import type { Card } from "./problem.ts";

/** Cards that are interchangeable: same host, same GPU model, same room, open to the same models. */
export interface CardClass {
  readonly id: string;
  readonly host: string;
  readonly gpus: readonly FleetGpu[];
  readonly computeCapability: string;
  /** What planned engines may hold on each of its cards. */
  readonly capacity: number;
  /** What its host has in all, where that is stated. */
  readonly limits?: Pick<FleetHost, "memory" | "disk">;
  /** A model may put stages here and others on another host, so that no class of another host stands for it. */
  readonly isSpanned?: boolean;
  /** Names of the models that may use it. */
  readonly openTo: ReadonlySet<string>;
}

/** The fleet's cards in classes, in the order of the fleet. */
export function cardClasses(fleet: Fleet, models: readonly PlannedModel[]): readonly CardClass[] {
  const pinned = models.filter(
    ({ gpus, labels, settled }) =>
      gpus !== undefined || labels !== undefined || settled !== undefined,
  );
  const limited = new Set(
    (fleet.hosts ?? []).flatMap((host) => (host.powerBudgetW === undefined ? [] : [host.name])),
  );
  const groups = new Map<string, FleetGpu[]>();
  for (const gpu of fleet.gpus) {
    const isLimited = limited.has(gpu.host);
    const key = classKey(gpu, { models: pinned, isLimited });
    const group = groups.get(key) ?? [];
    group.push(gpu);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap((gpus, i) =>
    classOf(gpus, `class${i}`, models).map((own) => ({ ...own, ...limitsOf(fleet, own.host) })),
  );
}

/** The placement problem's cards of these classes, each named after the class that stands for it. */
export function cardsOf(
  classes: readonly CardClass[],
  twins: ReadonlyMap<string, string>,
): readonly Card[] {
  return classes.flatMap(({ id, host, gpus, capacity }) =>
    gpus.map((gpu) => ({
      id: gpu.id,
      host,
      cardClass: twins.get(id) ?? id,
      capacity: bytes(capacity),
      ...(gpu.powerW === undefined ? {} : { watts: gpu.powerW }),
    })),
  );
}

/**
 * Whether the model's `gpus` (ids, hosts or catalogue ids) and `labels` let it on this card, and it was not settled on
 * others.
 */
export function mayUse(
  { gpus, labels, settled }: Pick<PlannedModel, "gpus" | "labels" | "settled">,
  gpu: FleetGpu,
): boolean {
  if (settled !== undefined && !settled.gpus.includes(gpu.id)) {
    return false;
  }
  const isNamed =
    gpus === undefined || [gpu.id, gpu.host, gpu.catalogId].some((name) => gpus.includes(name));
  return isNamed && (labels ?? []).every((label) => gpu.labels?.includes(label) === true);
}

function limitsOf({ hosts = [] }: Fleet, name: string): Pick<CardClass, "limits"> {
  const { memory, disk } = hosts.find((host) => host.name === name) ?? {};
  return memory === undefined && disk === undefined
    ? {}
    : {
        limits: {
          ...(memory === undefined ? {} : { memory }),
          ...(disk === undefined ? {} : { disk }),
        },
      };
}

function classOf(
  gpus: readonly FleetGpu[],
  id: string,
  models: readonly PlannedModel[],
): readonly CardClass[] {
  const [first] = gpus;
  if (first === undefined) {
    return [];
  }
  const openTo = new Set(models.filter((model) => mayUse(model, first)).map((model) => model.name));
  return [
    {
      id,
      host: first.host,
      gpus,
      computeCapability: first.computeCapability,
      capacity: capacityOf(first),
      openTo,
      ...(models.some((one) => one.maySpanHosts === true && openTo.has(one.name))
        ? { isSpanned: true }
        : {}),
    },
  ];
}

function capacityOf(gpu: FleetGpu): number {
  return Math.max(0, gpu.memory - gpu.usedByOthers - gpu.reserve);
}

function classKey(
  gpu: FleetGpu,
  { models, isLimited }: { readonly models: readonly PlannedModel[]; readonly isLimited: boolean },
): string {
  return JSON.stringify([
    gpu.host,
    gpu.catalogId,
    capacityOf(gpu),
    isLimited ? gpu.powerW : 0,
    models.map((model) => mayUse(model, gpu)),
  ]);
}
