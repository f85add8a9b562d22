import { nodeName } from "../../kube/names.ts";
import type { KubeObject } from "../../kube/object.ts";
import { runtimeClass } from "../../kube/runtime-class.ts";
import { type YamlPart, yamlText } from "../../text/yaml.ts";
import { configMaps } from "./config-maps.ts";
import { WHY_WAIT } from "./init-containers.ts";
import { labelsOf, metadata, podAnnotations, podLabels, poolName } from "./labels.ts";
import { groupOfPods } from "./leader-worker-set.ts";
import { modelStorage } from "./model-storage.ts";
import { podSpec } from "./pod.ts";
import { podCards } from "./pod-cards.ts";
import type { Workload } from "./workloads.ts";
import type { Writing } from "./writing.ts";

/** Everything of one workload, as one YAML file. */
export function workloadManifest(workload: Workload, writing: Writing): string {
  const { object, claims } = runner(workload, writing);
  return yamlText(
    ...claims.map((value) => ({ value })),
    ...configMaps(workload).map((value) => ({ value })),
    { value: service(workload) },
    object,
  );
}

interface Runner {
  readonly object: YamlPart;
  readonly claims: readonly KubeObject[];
}

function runner(workload: Workload, writing: Writing): Runner {
  return workload.kind === "LeaderWorkerSet"
    ? groupOfPods(workload, writing)
    : podsOfOneNode(workload, writing);
}

function podsOfOneNode(workload: Workload, writing: Writing): Runner {
  const { name, kind, servers } = workload;
  const [server] = servers;
  const [node] = server.nodes;
  const cards = podCards(workload, { node, at: 0 }, writing);
  const storage = modelStorage(server, writing.options);
  const placement = {
    ...runtimeClass(writing.options),
    nodeSelector: { "kubernetes.io/hostname": nodeName(node.host) ?? "" },
  };
  const value = {
    apiVersion: "apps/v1",
    kind,
    metadata: metadata(workload),
    spec: {
      replicas: servers.length,
      ...(kind === "StatefulSet"
        ? { serviceName: name, podManagementPolicy: "Parallel" }
        : { strategy: { type: "Recreate" } }),
      selector: { matchLabels: labelsOf(workload) },
      template: {
        metadata: { labels: podLabels(workload), annotations: podAnnotations(workload) },
        spec: podSpec({ workload, server, node, cards, storage }, placement),
      },
    },
  };
  return {
    object: { value, notes: [...notes(workload), ...updateNotes(kind)] },
    claims: cards.objects,
  };
}

function updateNotes(kind: Workload["kind"]): NonNullable<YamlPart["notes"]> {
  return kind === "StatefulSet"
    ? [{ path: ["spec", "podManagementPolicy"], text: STATEFUL }]
    : [{ path: ["spec", "strategy"], text: RECREATE }];
}

const RECREATE = "A new pod beside the old one would need cards that nobody has free.";

const STATEFUL = [
  "Equal replicas: a StatefulSet renews them one by one, each on the card that its old pod left,",
  "where a Deployment would need a spare card or stop them all.",
].join("\n");

function notes({ after, kind }: Workload): NonNullable<YamlPart["notes"]> {
  return after.length === 0 || kind === "LeaderWorkerSet"
    ? []
    : [{ path: ["spec", "template", "spec", "initContainers", 0], text: WHY_WAIT }];
}

function service(workload: Workload): KubeObject {
  const [{ port, morePorts = [] }] = workload.servers;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: workload.name, labels: labelsOf(workload) },
    spec: {
      selector: { ...labelsOf(workload), "berth/pool": poolName(workload) },
      ports: [
        { name: "http", port, targetPort: "http" },
        ...morePorts.map((more) => ({ ...more, targetPort: more.name })),
      ],
    },
  };
}
