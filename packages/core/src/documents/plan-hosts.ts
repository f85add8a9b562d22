import type { Fleet } from "../hardware/fleet.ts";
import type { InventoryDocument } from "../inventory/inventory-document.ts";
import type { PlanDeployment } from "./plan-document.ts";
import type { PlanHost, PlanHostPower } from "./plan-host.ts";

/** The hosts of a plan with what their limits are and what the plan takes of them. */
export function planHosts(
  fleet: Fleet,
  deployments: readonly PlanDeployment[],
  inventory?: InventoryDocument,
): readonly PlanHost[] {
  return [...new Set(fleet.gpus.map(({ host }) => host))].map((name) => {
    const printed = inventory?.hosts.find((host) => host.name === name);
    const gpuCount = printed?.gpus.length ?? fleet.gpus.filter(({ host }) => host === name).length;
    return {
      name,
      gpuCount,
      ...(printed?.driverVersion === undefined ? {} : { driverVersion: printed.driverVersion }),
      ...(printed?.cudaVersion === undefined ? {} : { cudaVersion: printed.cudaVersion }),
      ...powerOf(fleet, name, deployments),
      ...sumsOf(fleet, name, deployments),
    };
  });
}

function powerOf(
  { gpus, hosts = [] }: Fleet,
  name: string,
  deployments: readonly PlanDeployment[],
): { readonly power?: PlanHostPower } {
  const budgetW = hosts.find((host) => host.name === name)?.powerBudgetW;
  if (budgetW === undefined) {
    return {};
  }
  const own = gpus.filter(({ host }) => host === name);
  const used = new Set(deployments.flatMap((deployment) => deployment.gpus));
  const plannedW = own.reduce((sum, gpu) => sum + (used.has(gpu.id) ? (gpu.powerW ?? 0) : 0), 0);
  const limitsW = Object.fromEntries(own.map((gpu) => [gpu.id, gpu.powerW ?? 0]));
  return { power: { budgetW, plannedW, limitsW } };
}

/** The most that one start takes of the host's memory, and what all files take of its disk. */
function sumsOf(
  { gpus, hosts = [] }: Fleet,
  name: string,
  deployments: readonly PlanDeployment[],
): Pick<PlanHost, "memory" | "disk"> {
  const { memory, disk } = hosts.find((host) => host.name === name) ?? {};
  const ids = new Set(gpus.filter(({ host }) => host === name).map(({ id }) => id));
  const own = deployments.filter((deployment) => deployment.gpus.some((id) => ids.has(id)));
  const loads = own.map(({ loading }) => loading?.bytes ?? 0);
  const files = new Map(own.flatMap((one) => (one.files ? [[one.files.id, one.files.bytes]] : [])));
  const held = [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
  return {
    ...(memory === undefined
      ? {}
      : { memory: { bytes: memory, plannedBytes: Math.max(0, ...loads) } }),
    ...(disk === undefined ? {} : { disk: { bytes: disk, plannedBytes: held } }),
  };
}
