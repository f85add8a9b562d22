import type { PlanDeployment, PlanDocument, PlanGpu, PlanRank } from "@berth/core";
import { gib } from "./gib.ts";
import { type Look, paint } from "./look.ts";
import { inStartOrder, replicaName } from "./plan-deployments.ts";
import { printTable } from "./table.ts";

interface Tenant {
  readonly deployment: PlanDeployment;
  readonly rank: PlanRank;
}

/** For each card one row a model: its own weights, buffers and cache in GiB, each as planned. */
export function printPlanMemory(plan: PlanDocument, look: Look): string {
  const cards = sameCards(plan);
  return cards.map(({ gpus, tenants }) => printCard(gpus, tenants, look)).join("\n");
}

interface CardGroup {
  readonly gpus: readonly PlanGpu[];
  readonly tenants: readonly Tenant[];
}

/** Cards in use; those whose rows are the same are shown once. */
function sameCards(plan: PlanDocument): readonly CardGroup[] {
  const deployments = inStartOrder(plan);
  const groups = new Map<string, CardGroup>();
  for (const gpu of plan.gpus) {
    const tenants = deployments.flatMap((deployment) =>
      deployment.ranks.filter((rank) => rank.gpu === gpu.id).map((rank) => ({ deployment, rank })),
    );
    if (tenants.length > 0) {
      const key = JSON.stringify([gpu.memoryBytes, gpu.freeBytes, tenants.map(rowKey)]);
      const known = groups.get(key);
      groups.set(key, { gpus: [...(known?.gpus ?? []), gpu], tenants: known?.tenants ?? tenants });
    }
  }
  return [...groups.values()];
}

function rowKey({ deployment, rank }: Tenant): unknown {
  const terms = rank.terms.map(({ id, plannedBytes }) => [id, plannedBytes]);
  return [replicaName(deployment), terms, rank.kv.budgetBytes, rank.freeAtStartBytes];
}

function printCard(gpus: readonly PlanGpu[], tenants: readonly Tenant[], look: Look): string {
  const ids = [...new Set(tenants.flatMap(({ rank }) => rank.terms.map(({ id }) => id)))];
  const [first] = gpus;
  const title = `${gpus.map(({ id }) => id).join(", ")}, ${first?.catalogId ?? ""}`;
  const right = { align: "right" } as const;
  const table = printTable(
    [
      { title: "model" },
      { title: "found free", ...right },
      ...ids.map((id) => ({ title: id, ...right })),
      { title: "KV cache", ...right },
      { title: "together", ...right },
    ],
    tenants.map((tenant) => row(tenant, ids)),
    look,
  );
  const left = first === undefined ? "" : `  ${gib(first.freeBytes)} GiB stay free\n`;
  return `  ${paint(look, "bold", title)}\n${table}${left}`;
}

function row({ deployment, rank }: Tenant, ids: readonly string[]): readonly string[] {
  const bytesOf = (id: string): number =>
    rank.terms.filter((term) => term.id === id).reduce((sum, term) => sum + term.plannedBytes, 0);
  const together = ids.reduce((sum, id) => sum + bytesOf(id), rank.kv.budgetBytes);
  return [
    replicaName(deployment),
    gib(rank.freeAtStartBytes),
    ...ids.map((id) => gib(bytesOf(id))),
    gib(rank.kv.budgetBytes),
    gib(together),
  ];
}
