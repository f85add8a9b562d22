import type {
  PlanDeployment,
  PlanDocument,
  PlanGpu,
  PlanRank,
} from "../documents/plan-document.ts";
import type { InventoryProcess } from "../inventory/inventory-document.ts";
import { kindOfEngine, processKind } from "./process-kind.ts";

/** One rank of an engine on a card. */
export interface Tenant {
  readonly deployment: PlanDeployment;
  readonly rank: PlanRank;
}

export function tenantsOf(plan: PlanDocument, { id }: PlanGpu): readonly Tenant[] {
  return plan.deployments.flatMap((deployment) =>
    deployment.ranks.filter((rank) => rank.gpu === id).map((rank) => ({ deployment, rank })),
  );
}

/** Processes on a card, and the ranks that they may be of. */
export interface ProcessGroup {
  readonly kind: string;
  readonly ranks: readonly Tenant[];
  readonly own: readonly InventoryProcess[];
}

/** Processes called python are of the engines that have none under a name of their own. */
export function groupsOf(
  tenants: readonly Tenant[],
  processes: readonly InventoryProcess[],
): readonly ProcessGroup[] {
  const kinds = [...new Set(tenants.map(({ deployment }) => kindOfEngine(deployment.engine.id)))];
  const named = kinds.map((kind) => ({
    kind: kind as string,
    ranks: tenants.filter(({ deployment }) => kindOfEngine(deployment.engine.id) === kind),
    own: processes.filter(({ name }) => processKind(name) === kind),
  }));
  const nameless = named.filter(({ own }) => own.length === 0);
  const python = processes.filter(({ name }) => processKind(name) === "python");
  return [
    ...named.filter(({ own }) => own.length > 0),
    ...(nameless.length === 0
      ? []
      : [
          {
            kind: nameless.map(({ kind }) => kind).join(" and "),
            ranks: nameless.flatMap(({ ranks }) => ranks),
            own: python,
          },
        ]),
  ];
}
