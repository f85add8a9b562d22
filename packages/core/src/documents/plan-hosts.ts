import type { Fleet } from "../hardware/fleet.ts";
import type { InventoryDocument } from "../inventory/inventory-document.ts";
import type { PlanDeployment, PlanHost, PlanHostPower } from "./plan-document.ts";

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
      ...powerOf(fleet, name, deployments),
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
