import type { PlanDocument, PlanGpu } from "../../../documents/plan-document.ts";
import type { RenderOptions } from "../../render-options.ts";
import type { EngineServer } from "../../servers/engine-server.ts";
import { serverHosts } from "../../servers/engine-servers.ts";

/** One Slurm job: a server, or several that share cards, which no two jobs can. */
export interface Job {
  /** Its folder, after its first server: letters, digits, ".", "_" and "-". */
  readonly name: string;
  /** In start order. */
  readonly servers: readonly [EngineServer, ...EngineServer[]];
  /** Its cards on each of its hosts, hosts in the order of ranks, cards in that of the host. */
  readonly nodes: readonly (readonly PlanGpu[])[];
}

/** The jobs of a plan, each with the servers that are joined by cards, in order of their first starts. */
export function slurmJobs(plan: PlanDocument, options: RenderOptions): readonly Job[] {
  const hosts = serverHosts(plan, options, "of-the-plan");
  const servers = [...new Set(hosts.flatMap((host) => host.servers))];
  const inOrder = servers.toSorted((a, b) => a.deployment.startOrder - b.deployment.startOrder);
  const groups: EngineServer[][] = [];
  for (const server of inOrder) {
    const joined = groups.filter((group) => group.some((other) => shareCards(other, server)));
    for (const group of joined) {
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push([...joined.flat(), server]);
  }
  return groups.flatMap((group) => oneJob(group));
}

function oneJob(group: readonly EngineServer[]): readonly Job[] {
  const [first, ...others] = group.toSorted(
    (a, b) => a.deployment.startOrder - b.deployment.startOrder,
  );
  return first === undefined
    ? []
    : [{ name: first.file, servers: [first, ...others], nodes: nodesOf(group) }];
}

function shareCards(one: EngineServer, other: EngineServer): boolean {
  return one.gpus.some(({ id }) => other.gpus.some((gpu) => gpu.id === id));
}

function nodesOf(group: readonly EngineServer[]): readonly (readonly PlanGpu[])[] {
  const cards = [...new Set(group.flatMap(({ gpus }) => gpus))];
  const hosts = [...new Set(cards.map(({ host }) => host))];
  return hosts.map((name) =>
    cards.filter(({ host }) => host === name).toSorted((a, b) => a.index - b.index),
  );
}
