import type { PlanDocument, PlanGpu } from "../../documents/plan-document.ts";
import { rankBytes } from "../../documents/plan-gpus.ts";
import type { InventoryProcess } from "../../inventory/inventory-document.ts";
import { MIB } from "../../units/units.ts";
import { atRest } from "../at-rest.ts";
import { NOISE_BYTES } from "../check/noise.ts";
import { isSame, nameOf } from "../engine-name.ts";
import type { FoundCard } from "../match-cards.ts";
import type { EngineName } from "../measurements.ts";
import { groupsOf, type Tenant, tenantsOf } from "../process-groups.ts";
import { exactly, sumOf } from "../range.ts";
import { usedOf } from "../smi-comparisons.ts";
import type { WatchedGpu, WatchedShare } from "./watch-document.ts";

/** Which engine a process on a card is of, where that is known better than by its name. */
export type OwnerOf = (gpu: Pick<PlanGpu, "id" | "host">, pid: number) => EngineName | undefined;

export interface CardWatch {
  readonly ownerOf: OwnerOf;
  /** As the user says; undefined for the default. */
  readonly nearBytes: number | undefined;
}

/** One card of a plan as it is now; `found` is undefined where nothing was measured of it. */
export function watchedGpu(
  plan: PlanDocument,
  gpu: PlanGpu,
  { found, ownerOf, nearBytes }: CardWatch & { readonly found: FoundCard | undefined },
): WatchedGpu {
  const { id, host, uuid, memoryBytes, plannedBytes, usedByOthersBytes } = gpu;
  const tenants = tenantsOf(plan, gpu);
  const likely = sumOf([
    exactly(usedByOthersBytes),
    ...tenants.map(({ deployment, rank }) => atRest(deployment, rank)),
  ]).value;
  const allowedBytes = usedByOthersBytes + plannedBytes;
  return {
    id,
    host,
    ...(uuid === undefined ? {} : { uuid }),
    memoryBytes,
    plannedBytes,
    othersPlannedBytes: usedByOthersBytes,
    allowedBytes,
    likelyBytes: Math.round(likely),
    nearBytes: nearBytes ?? defaultNear(allowedBytes - likely),
    ...(found === undefined
      ? { shares: [] }
      : { ...memoryOf(gpu, found), ...heldBy(gpu, tenants, { found, ownerOf }) }),
  };
}

/**
 * As much as comes and goes without anyone starting anything: a card with less left than that may be over what the
 * plan allows a moment later. Half of the plan's margin where that is less, so that a card that holds what is most
 * likely is never near.
 */
function defaultNear(marginBytes: number): number {
  return Math.max(0, Math.round(Math.min(NOISE_BYTES, marginBytes / 2)));
}

function memoryOf(
  { memoryBytes }: PlanGpu,
  found: FoundCard,
): Pick<WatchedGpu, "usedBytes" | "freeBytes"> {
  const used = usedOf(found)?.value;
  const { memoryFreeMiB } = found.gpu;
  const rest = used === undefined ? undefined : Math.max(0, memoryBytes - used);
  const free = memoryFreeMiB === undefined ? rest : memoryFreeMiB * MIB;
  return {
    ...(used === undefined ? {} : { usedBytes: used }),
    ...(free === undefined ? {} : { freeBytes: free }),
  };
}

/** Processes of the plan's engines, by what is known of them or by their names; all else that is used is others'. */
function heldBy(
  gpu: PlanGpu,
  tenants: readonly Tenant[],
  { found, ownerOf }: Pick<CardWatch, "ownerOf"> & { readonly found: FoundCard },
): Pick<WatchedGpu, "shares" | "othersBytes"> {
  const { processes } = found.gpu;
  if (processes === undefined) {
    return { shares: [] };
  }
  const owned = tenants.map((tenant) => ({
    tenant,
    own: processes.filter(({ pid }) => {
      const owner = ownerOf(gpu, pid);
      return owner !== undefined && isSame(owner, tenant.deployment);
    }),
  }));
  const known = owned.filter(({ own }) => own.length > 0);
  const rest = owned.filter(({ own }) => own.length === 0).map(({ tenant }) => tenant);
  const unknown = processes.filter((process) => !known.some(({ own }) => own.includes(process)));
  const shares = [
    ...known.map(({ tenant, own }) => shareOf([tenant], own)),
    ...groupsOf(rest, unknown).map(({ ranks, own }) => shareOf(ranks, own)),
  ];
  const used = usedOf(found)?.value;
  const isTold = shares.every(
    ({ processes: count, usedBytes }) => count === 0 || usedBytes !== undefined,
  );
  const own = shares.reduce((sum, { usedBytes = 0 }) => sum + usedBytes, 0);
  return {
    shares,
    ...(used === undefined || !isTold ? {} : { othersBytes: Math.max(0, used - own) }),
  };
}

function shareOf(ranks: readonly Tenant[], own: readonly InventoryProcess[]): WatchedShare {
  const isTold = own.every(({ usedMiB }) => usedMiB !== undefined);
  return {
    engines: [...new Set(ranks.map(({ deployment }) => nameOf(deployment)))],
    plannedBytes: ranks.reduce((sum, { rank }) => sum + rankBytes(rank), 0),
    processes: own.length,
    ...(isTold ? { usedBytes: own.reduce((sum, { usedMiB = 0 }) => sum + usedMiB * MIB, 0) } : {}),
  };
}
