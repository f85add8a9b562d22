import type { PlanDeployment, PlanDocument } from "../../../documents/plan-document.ts";
import { gpusOf } from "../../host-plan.ts";
import type { CardAccess } from "../../kube/card-access.ts";
import { dnsNames } from "../../kube/names.ts";
import type { SharedCards } from "../../kube/shared-cards.ts";
import type { EngineServer, ServerHost } from "../../servers/engine-server.ts";

/** One object that keeps pods of one kind running, with the servers that they are. */
export interface Workload {
  /** A DNS label; of the object, its Service and what belongs to it. */
  readonly name: string;
  /** A DNS label; one for all replicas of the model. */
  readonly modelName: string;
  readonly kind: "Deployment" | "StatefulSet" | "LeaderWorkerSet";
  /** Equal servers, one a replica; the first stands for all. */
  readonly servers: readonly [EngineServer, ...EngineServer[]];
  /** Who must be ready before: they share a card and start earlier. */
  readonly after: readonly Workload[];
  /** The group of cards that it shares with others. */
  readonly shared?: SharedCards;
}

export interface Grouping {
  readonly plan: PlanDocument;
  readonly access: CardAccess;
  readonly shared: readonly SharedCards[];
}

/** All workloads in start order, host by host. */
export function workloads(
  hosts: readonly ServerHost[],
  { plan, access, shared }: Grouping,
): readonly Workload[] {
  const servers = [...new Set(hosts.flatMap((host) => host.servers))];
  const models = dnsNames(servers.map(({ deployment }) => deployment.model));
  const groups = equalServers(servers, { plan, access, shared });
  const names = dnsNames(groups.map(([first]) => first.file));
  const made = new Map<string, Workload>();
  for (const group of groups) {
    const [first] = group;
    const sharing = shared.find((each) => each.deployments.some((one) => isSame(one, first)));
    made.set(first.file, {
      name: names.get(first.file) ?? "",
      modelName: models.get(first.deployment.model) ?? "",
      kind: kindOf(group),
      servers: group,
      after: first.startsAfter.flatMap((file) => made.get(file) ?? []),
      ...(sharing === undefined ? {} : { shared: sharing }),
    });
  }
  return [...made.values()];
}

type Servers = readonly [EngineServer, ...EngineServer[]];

/**
 * Replicas with the same cards' product, host and settings, where any card of them will do. Pinned and
 * shared cards keep each server apart.
 */
function equalServers(
  servers: readonly EngineServer[],
  { plan, access, shared }: Grouping,
): readonly Servers[] {
  const isPinned = access.by === "dra" && access.select === "uuid";
  const groups = new Map<string, [EngineServer, ...EngineServer[]]>();
  for (const server of servers) {
    const isShared = shared.some((each) => each.deployments.some((one) => isSame(one, server)));
    const isApart = isPinned || isShared || server.nodes.length > 1;
    const key = isApart ? server.file : settings(plan, server);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [server]);
    } else {
      group.push(server);
    }
  }
  return [...groups.values()];
}

/** What makes two replicas the same: all but which replica it is, its cards' names and its turn. */
function settings(plan: PlanDocument, { deployment }: EngineServer): string {
  const cards = gpusOf(plan, deployment).map(({ host, name }) => [host, name]);
  const ranks = deployment.ranks.map(({ terms, kv }) => ({ terms, kv }));
  return JSON.stringify({ ...deployment, replica: 0, startOrder: 0, gpus: cards, ranks });
}

/**
 * Servers are found by model and replica: under caps the deployments are told other shares, and are
 * no longer the plan's own.
 */
function isSame({ model, replica }: PlanDeployment, { deployment }: EngineServer): boolean {
  return model === deployment.model && replica === deployment.replica;
}

function kindOf(servers: Servers): Workload["kind"] {
  if (servers[0].nodes.length > 1) {
    return "LeaderWorkerSet";
  }
  return servers.length > 1 ? "StatefulSet" : "Deployment";
}
