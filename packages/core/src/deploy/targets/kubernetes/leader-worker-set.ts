import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { nodeName } from "../../kube/names.ts";
import type { KubeObject } from "../../kube/object.ts";
import { runtimeClass } from "../../kube/runtime-class.ts";
import type { ServerNode } from "../../servers/engine-server.ts";
import type { YamlPart } from "../../text/yaml.ts";
import { labelsOf, metadata, podAnnotations, podLabels } from "./labels.ts";
import { modelStorage } from "./model-storage.ts";
import { podSpec } from "./pod.ts";
import { type PodCards, podCards } from "./pod-cards.ts";
import type { Workload } from "./workloads.ts";
import type { Writing } from "./writing.ts";

/** A server over hosts: one pod a host, all started and ended together. */
export function groupOfPods(
  workload: Workload,
  writing: Writing,
): { readonly object: YamlPart; readonly claims: readonly KubeObject[] } {
  const [server] = workload.servers;
  const [leader, ...workers] = server.nodes;
  const [worker = leader] = workers;
  const cards = [leader, worker].map((node, at) => podCards(workload, { node, at }, writing));
  const [leaderCards, workerCards] = cards as [PodCards, PodCards];
  const storage = modelStorage(server, writing.options);
  const annotations = podAnnotations(workload);
  const runtime = runtimeClass(writing.options);
  const last = workers.at(-1);
  const others = last === undefined || last === worker ? {} : { other: last };
  const value = {
    apiVersion: launcherFact("kubernetes", "lwsApiVersion"),
    kind: "LeaderWorkerSet",
    metadata: metadata(workload),
    spec: {
      replicas: 1,
      leaderWorkerTemplate: {
        size: server.nodes.length,
        restartPolicy: "RecreateGroupOnPodRestart",
        leaderTemplate: {
          metadata: { labels: podLabels(workload), annotations },
          spec: podSpec(
            { workload, server, node: leader, cards: leaderCards, storage },
            { ...runtime, ...on([leader]) },
          ),
        },
        workerTemplate: {
          metadata: { labels: labelsOf(workload), annotations },
          spec: podSpec(
            { workload, server, node: worker, ...others, cards: workerCards, storage },
            { ...runtime, ...on(workers) },
          ),
        },
      },
    },
  };
  return { object: { value }, claims: cards.flatMap(({ objects }) => objects) };
}

/** One of these nodes each. */
function on(nodes: readonly ServerNode[]): object {
  const values = nodes.map(({ host }) => nodeName(host) ?? "");
  const matchExpressions = [{ key: "kubernetes.io/hostname", operator: "In", values }];
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions }],
        },
      },
    },
  };
}
