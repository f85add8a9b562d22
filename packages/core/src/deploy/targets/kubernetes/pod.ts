import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { mebibytes } from "../../kube/quantity.ts";
import { kubeText } from "../../kube/text.ts";
import { type Command, commandLines, type Place } from "../../servers/command.ts";
import type { EngineServer, ServerNode, Variable } from "../../servers/engine-server.ts";
import { configKey, configName } from "./config-maps.ts";
import { imageOf, initContainers } from "./init-containers.ts";
import type { ModelStorage } from "./model-storage.ts";
import type { PodCards } from "./pod-cards.ts";
import type { Workload } from "./workloads.ts";

export interface PodParts {
  readonly workload: Workload;
  readonly server: EngineServer;
  readonly node: ServerNode;
  /** Another worker of the same template: what differs between the two is their number. */
  readonly other?: ServerNode;
  readonly cards: PodCards;
  readonly storage: ModelStorage;
}

const MIB = 1024 ** 2;
const CONFIG_FOLDER = "/etc/berth";

/** The pod of one node of a server. Only the first node listens and is asked. */
export function podSpec(parts: PodParts, placement: object): Record<string, unknown> {
  const { cards, workload, storage } = parts;
  const isFirst = parts.node === parts.server.nodes[0];
  const waits = isFirst ? initContainers(workload, parts) : [];
  return {
    ...placement,
    tolerations: [
      {
        key: launcherFact("kubernetes", "pluginResource"),
        operator: "Exists",
        effect: "NoSchedule",
      },
    ],
    // Variables of Services are read as settings by some engines: VLLM_PORT of a Service vllm.
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    ...(cards.resourceClaims === undefined ? {} : { resourceClaims: cards.resourceClaims }),
    ...(waits.length === 0 ? {} : { initContainers: waits }),
    containers: [engineContainer(parts, isFirst)],
    volumes: [
      ...(hasOwnShm(workload) ? [] : [sharedMemory()]),
      ...(parts.server.files.length === 0
        ? []
        : [{ name: "config", configMap: { name: configName(workload) } }]),
      ...storage.volumes,
    ],
  };
}

function engineContainer(
  { server, node, other, cards, workload, storage }: PodParts,
  isFirst: boolean,
): object {
  const { entrypoint } = server.image;
  const words = (each: ServerNode) =>
    kubeArguments(entrypoint === undefined ? each.command : each.command.slice(1), storage);
  return {
    name: "engine",
    image: imageOf(server),
    ...(entrypoint === undefined ? {} : { command: entrypoint.map(kubeText) }),
    args: other === undefined ? words(node) : numbered(words(node), words(other)),
    env: [...cards.environment.map(variable), ...storage.environment],
    ...(isFirst ? { ports: containerPorts(server), ...probes(server) } : {}),
    resources: cards.resources,
    volumeMounts: [
      ...(hasOwnShm(workload) ? [] : [{ name: "shm", mountPath: "/dev/shm" }]),
      ...(server.files.length === 0
        ? []
        : [{ name: "config", mountPath: CONFIG_FOLDER, readOnly: true }]),
      ...storage.mounts,
    ],
  };
}

function containerPorts({ port, morePorts = [] }: EngineServer): readonly object[] {
  const more = morePorts.map(({ name, port: containerPort }) => ({ name, containerPort }));
  return [{ name: "http", containerPort: port }, ...more];
}

/** The words of a template for workers: where two of them differ, their number stands. */
function numbered(words: readonly string[], others: readonly string[]): readonly string[] {
  return words.map((word, at) => (word === others[at] ? word : "$(LWS_WORKER_INDEX)"));
}

function kubeArguments(command: Command, storage: ModelStorage): readonly string[] {
  const writer = { text: kubeText, place: (where: Place) => placed(where, storage) };
  return commandLines(command, writer).flat();
}

function placed(where: Place, { model }: ModelStorage): string {
  switch (where.place) {
    case "model":
      return kubeText(model);
    case "address":
      return "0.0.0.0";
    case "file":
      return `${CONFIG_FOLDER}/${configKey(where.path)}`;
    case "leader":
      return `$(LWS_LEADER_ADDRESS)${kubeText(where.suffix)}`;
    default:
      return where satisfies never;
  }
}

function variable({ name, value }: Variable): object {
  return { name, value: kubeText(value) };
}

/** The engine may load for as long as a start may take; after that it is asked often. */
function probes({ readyPath, port }: EngineServer): object {
  const httpGet = { path: readyPath, port };
  const periodSeconds = 10;
  return {
    startupProbe: {
      httpGet,
      periodSeconds,
      timeoutSeconds: 5,
      failureThreshold: launcherFact("kubernetes", "startTimeoutS") / periodSeconds,
    },
    readinessProbe: { httpGet, periodSeconds, timeoutSeconds: 5, failureThreshold: 3 },
    // Long: a busy engine answers late, and a restart finds other memory free than the plan says.
    livenessProbe: { httpGet, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 10 },
  };
}

/** The MPS daemon of a claim mounts a /dev/shm that its clients share. */
function hasOwnShm({ shared }: Workload): boolean {
  return shared?.sharing === "mps";
}

function sharedMemory(): object {
  const sizeLimit = mebibytes(launcherFact("kubernetes", "sharedMemoryMib") * MIB);
  return { name: "shm", emptyDir: { medium: "Memory", sizeLimit } };
}
