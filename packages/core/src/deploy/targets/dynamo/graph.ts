import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { nodeName } from "../../kube/names.ts";
import type { KubeObject } from "../../kube/object.ts";
import { mebibytes } from "../../kube/quantity.ts";
import { runtimeClass } from "../../kube/runtime-class.ts";
import { kubeText } from "../../kube/text.ts";
import { type Command, commandLines, type Place } from "../../servers/command.ts";
import { configKey, configName } from "../kubernetes/config-maps.ts";
import { initContainers } from "../kubernetes/init-containers.ts";
import { podAnnotations } from "../kubernetes/labels.ts";
import { type ModelStorage, modelStorage } from "../kubernetes/model-storage.ts";
import { podCards } from "../kubernetes/pod-cards.ts";
import type { Workload } from "../kubernetes/workloads.ts";
import type { Writing } from "../kubernetes/writing.ts";
import { dynamoEngine, runtimeImage } from "./worker.ts";

/** Name of the graph; its frontend's Service is called after it. */
export const GRAPH = "berth";

const MIB = 1024 ** 2;
const CONFIG_FOLDER = "/etc/berth";

/** A new pod beside the old one would need cards that nobody has free. */
const RECREATE = { "nvidia.com/deployment-strategy": "Recreate" };

export function graph(all: readonly Workload[], writing: Writing): KubeObject {
  const [first] = all;
  const engine = first?.servers[0].deployment.engine;
  return {
    apiVersion: launcherFact("dynamo", "apiVersion"),
    kind: "DynamoGraphDeployment",
    metadata: { name: GRAPH, labels: { "app.kubernetes.io/managed-by": "berth" } },
    spec: {
      backendFramework: engine === undefined ? undefined : dynamoEngine(engine.id)?.framework,
      components: [frontend(first), ...all.map((each) => worker(each, writing))],
    },
  };
}

function frontend(first: Workload | undefined): object {
  return {
    name: "Frontend",
    type: "frontend",
    replicas: 1,
    podTemplate: { spec: { containers: [{ name: "main", image: imageOf(first) }] } },
  };
}

function imageOf(workload: Workload | undefined): string {
  const engine = workload?.servers[0].deployment.engine;
  return (engine && runtimeImage(engine.id, engine.version)) ?? "";
}

function worker(workload: Workload, writing: Writing): object {
  const [server] = workload.servers;
  const [node] = server.nodes;
  const { engine } = server.deployment;
  const cards = podCards(workload, { node, at: 0 }, writing);
  const storage = modelStorage(server, writing.options);
  const framework = dynamoEngine(engine.id)?.framework ?? "";
  const checks = initContainers(workload, { server, storage, image: imageOf(workload) });
  return {
    name: workload.name,
    type: "worker",
    replicas: workload.servers.length,
    sharedMemorySize: mebibytes(launcherFact("kubernetes", "sharedMemoryMib") * MIB),
    podTemplate: {
      metadata: { annotations: { ...podAnnotations(workload), ...RECREATE } },
      spec: {
        ...runtimeClass(writing.options),
        nodeSelector: { "kubernetes.io/hostname": nodeName(node.host) ?? "" },
        tolerations: [
          {
            key: launcherFact("kubernetes", "pluginResource"),
            operator: "Exists",
            effect: "NoSchedule",
          },
        ],
        ...(cards.resourceClaims === undefined ? {} : { resourceClaims: cards.resourceClaims }),
        ...(checks.length === 0 ? {} : { initContainers: checks }),
        containers: [
          {
            name: "main",
            image: imageOf(workload),
            command: ["python3", "-m", `dynamo.${framework}`],
            args: workerArguments(workload, storage),
            env: [
              ...cards.environment.map(({ name, value }) => ({ name, value: kubeText(value) })),
              ...storage.environment,
            ],
            resources: cards.resources,
            volumeMounts: [...configMounts(workload), ...storage.mounts],
          },
        ],
        volumes: [
          ...(server.files.length === 0
            ? []
            : [{ name: "config", configMap: { name: configName(workload) } }]),
          ...storage.volumes,
        ],
      },
    },
  };
}

/** A file each: a folder mounted over another would hide what the image has there. */
function configMounts({ servers: [{ files }] }: Workload): readonly object[] {
  return files.map(({ path }) => ({
    name: "config",
    mountPath: `${CONFIG_FOLDER}/${configKey(path)}`,
    subPath: configKey(path),
    readOnly: true,
  }));
}

/**
 * Workers of one component serve one model: each model has an endpoint of its own, so that no request
 * goes to another model's worker.
 */
function workerArguments(workload: Workload, storage: ModelStorage): readonly string[] {
  const [{ deployment, nodes }] = workload.servers;
  const own = dynamoEngine(deployment.engine.id)?.options(nodes[0].command) ?? [];
  const component = workload.name.replaceAll("-", "_");
  return [
    "--endpoint",
    `dyn://$(DYN_NAMESPACE).${component}.generate`,
    ...words(withName(own, deployment.model), storage),
  ];
}

function withName(command: Command, model: string): Command {
  const isNamed = command.some(
    ([word]) => typeof word === "object" && "option" in word && word.option === NAME,
  );
  return isNamed ? command : [...command, [{ option: NAME, value: model }]];
}

const NAME = "--served-model-name";

function words(command: Command, { model }: ModelStorage): readonly string[] {
  const place = (where: Place) =>
    where.place === "file" ? `${CONFIG_FOLDER}/${configKey(where.path)}` : kubeText(model);
  return commandLines(command, { text: kubeText, place }).flat();
}
