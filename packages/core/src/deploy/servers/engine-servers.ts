import type { PlanDeployment, PlanDocument } from "../../documents/plan-document.ts";
import { cardsByHost, type HostedDeployment, hostPlans } from "../host-plan.ts";
import { addressVariables, type DeploymentNames, nameDeployments } from "../names.ts";
import type { RenderOptions } from "../targets/target.ts";
import type { EngineLauncher, FilesStart } from "./engine-launcher.ts";
import type { EngineServer, ServerHost, ServerNode } from "./engine-server.ts";
import { launcherOf } from "./engines/registry.ts";
import { modelFiles } from "./model-files.ts";
import { peerToPeer, pinning } from "./pinning.ts";

/**
 * Every server of a plan, host by host in start order; one that spans hosts stands on each of them.
 * Ports count up in start order from the first, on each host by itself. The plan must have passed
 * the rules of its engines' launchers. Servers with
 * an address of their own all listen on the first port; where hosts are not known, no two of the plan have one.
 */
export function serverHosts(
  plan: PlanDocument,
  options: RenderOptions,
  address: "of-the-host" | "of-its-own" | "of-the-plan" = "of-the-host",
): readonly ServerHost[] {
  const names = nameDeployments(plan.deployments);
  const addresses = addressVariables(plan.hosts.map(({ name }) => name));
  const servers = new Map<PlanDeployment, EngineServer>();
  const hosts = hostPlans(plan);
  const kept = options.keptPorts ?? new Map<string, number>();
  const ofThePlan = PORTS["of-the-host"](kept);
  for (const host of hosts) {
    const ports = address === "of-the-plan" ? ofThePlan : PORTS[address](kept);
    const own = host.deployments.filter(({ gpus }) => gpus[0]?.host === host.name);
    own.forEach((hosted, at) => {
      const launcher = launcherOf(hosted.deployment.engine.id);
      const name = names.get(hosted.deployment);
      if (name !== undefined) {
        const port = kept.get(name.file) ?? ports(options.firstPort ?? launcher.firstPort, at);
        const startsAfter = sharers(hosted, plan).flatMap((other) => names.get(other)?.file ?? []);
        servers.set(
          hosted.deployment,
          engineServer(hosted, {
            launcher,
            name,
            port,
            startsAfter,
            addresses,
            rendering: { plan, names, options },
          }),
        );
      }
    });
  }
  return hosts.map((host) => ({
    ...host,
    servers: host.deployments.flatMap(({ deployment }) => servers.get(deployment) ?? []),
  }));
}

/** The port of a host's server, from the first of its engine and its position. */
const PORTS = {
  "of-its-own": () => (first: number) => first,
  "of-the-host": (kept) => {
    const taken = new Set(kept.values());
    // Engines count from ports of their own, which may meet.
    return (first: number, at: number) => {
      let port = first + at;
      while (taken.has(port)) {
        port += 1;
      }
      taken.add(port);
      return port;
    };
  },
} as const satisfies Record<
  string,
  (kept: ReadonlyMap<string, number>) => (first: number, at: number) => number
>;

interface Placed {
  readonly launcher: EngineLauncher;
  readonly name: DeploymentNames;
  readonly port: number;
  readonly startsAfter: readonly string[];
  readonly addresses: ReadonlyMap<string, string>;
  readonly rendering: Pick<FilesStart, "plan" | "names" | "options">;
}

function engineServer(
  hosted: HostedDeployment,
  { launcher, name, port, startsAfter, addresses, rendering }: Placed,
): EngineServer {
  const { deployment } = hosted;
  const servedName = launcher.servedName(deployment);
  const nodes = serverNodes(hosted, { launcher, name, port, addresses });
  const start = { ...rendering, ...name, deployment, port, cardsPerHost: nodes[0].gpus.length };
  const triton = launcher.triton?.(start);
  return {
    ...hosted,
    ...name,
    port,
    readyPath: launcher.readyPath,
    ...(launcher.metricsPath === undefined ? {} : { metricsPath: launcher.metricsPath }),
    ...(servedName === undefined ? {} : { servedName }),
    image: launcher.image(deployment.engine.version),
    model: modelFiles(deployment, launcher),
    nodes,
    spread: spreadOf(nodes, launcher),
    files: launcher.files(start),
    startsAfter,
    checks: launcher.checks(deployment),
    ...(launcher.morePorts === undefined ? {} : { morePorts: launcher.morePorts(port) }),
    ...(triton === undefined ? {} : { triton }),
  };
}

function spreadOf(
  nodes: EngineServer["nodes"],
  { overHosts }: EngineLauncher,
): EngineServer["spread"] {
  if (nodes.length === 1 || overHosts === undefined) {
    return { kind: "one-host" };
  }
  return overHosts === "mpi"
    ? { kind: "mpi", ranksPerHost: nodes[0].gpus.length }
    : { kind: "each-host" };
}

function serverNodes(
  { deployment, gpus }: HostedDeployment,
  { launcher, name, port, addresses }: Omit<Placed, "startsAfter" | "rendering">,
): EngineServer["nodes"] {
  const byHost = cardsByHost(gpus);
  const nodes = byHost.map(
    (cards, node): ServerNode => ({
      host: cards[0]?.host ?? "",
      addressVariable: addresses.get(cards[0]?.host ?? "") ?? "",
      gpus: cards,
      command: launcher.command({
        ...name,
        deployment,
        port,
        node,
        nodeCount: byHost.length,
        gpus: cards,
      }),
      environment: [
        ...pinning(cards),
        ...(launcher.usesNccl ? peerToPeer(deployment) : []),
        ...launcher.environment(deployment),
      ],
    }),
  );
  return nodes as [ServerNode, ...ServerNode[]];
}

/** Deployments that share a card with this one and start before it. */
function sharers({ deployment }: HostedDeployment, plan: PlanDocument): readonly PlanDeployment[] {
  return plan.deployments
    .filter(
      (other) =>
        other.startOrder < deployment.startOrder &&
        other.gpus.some((gpu) => deployment.gpus.includes(gpu)),
    )
    .toSorted((left, right) => left.startOrder - right.startOrder);
}
