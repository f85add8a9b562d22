// The objects of the box's cluster, and its pods.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import {
  containers,
  createContainer,
  isRunning,
  removeContainer,
  stopContainer,
} from "./containers.mjs";
import { readBox } from "./ledger.mjs";

const FOLDER = join(process.env.FAKE_BOX ?? "", "kube");
const OBJECTS = join(FOLDER, "objects.json");
const LABEL = "berth.test/workload";
const GROUPS = { Deployment: "deployment.apps", StatefulSet: "statefulset.apps" };
const POD_HASH = "7c9d8f6b54-x2x4z";

/** All objects of a kustomization, in its order. */
export function kustomized(folder) {
  const { resources } = parse(readFileSync(join(folder, "kustomization.yaml"), "utf8"));
  return resources.flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), "utf8")).map((document) => document.toJS()),
  );
}

/** "deployment.apps/chat". */
export function resourceOf({ kind, metadata }) {
  return `${GROUPS[kind] ?? kind.toLowerCase()}/${metadata.name}`;
}

function stored() {
  try {
    return JSON.parse(readFileSync(OBJECTS, "utf8"));
  } catch {
    return {};
  }
}

function store(objects) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(OBJECTS, JSON.stringify(objects));
}

/** What was done to each object; a workload that is new or other gets pods. */
export async function applyAll(objects, isDry) {
  const before = stored();
  const results = objects.map((object) => {
    const old = before[resourceOf(object)];
    const isSame = JSON.stringify(old) === JSON.stringify(object);
    const renewed = isSame ? "unchanged" : "configured";
    return { object, done: old === undefined ? "created" : renewed };
  });
  if (!isDry) {
    store({ ...before, ...Object.fromEntries(objects.map((each) => [resourceOf(each), each])) });
    for (const { object } of results.filter(({ done }) => done !== "unchanged")) {
      await renewPods(object);
    }
  }
  return results;
}

async function renewPods(object) {
  if (GROUPS[object.kind] === undefined) {
    return;
  }
  await endPods(object.metadata.name);
  const own = podProgram(object);
  const pod =
    object.kind === "Deployment"
      ? `${object.metadata.name}-${POD_HASH}`
      : `${object.metadata.name}-0`;
  await createContainer({ name: pod, labels: { [LABEL]: object.metadata.name }, own });
}

/** Its words with files and a port of this host: here all pods have one address. */
function podProgram({ metadata: { name }, spec }) {
  const { containers: inPod } = spec.template.spec;
  const [{ command = [], args = [], env = [], readinessProbe, resources }] = inPod;
  const config = stored()[`configmap/${name}-config`]?.data ?? {};
  const folder = join(FOLDER, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(config)) {
    writeFileSync(join(folder, file), text);
  }
  const { cards, kube } = readBox();
  const port = kube.firstPort + containers().length;
  const taken = containers()
    .filter(isRunning)
    .flatMap(({ Own }) => Own.environment.FAKE_BOX_CARDS.split(","));
  const free = cards.map(({ uuid }) => uuid).filter((uuid) => !taken.includes(uuid));
  const words = [...command, ...args].map((word, at, all) =>
    all[at - 1] === "--port" ? String(port) : word.split("/etc/berth").join(folder),
  );
  const given = env.filter(({ value }) => value !== undefined).map((one) => [one.name, one.value]);
  return {
    words,
    readyUrl: `http://127.0.0.1:${port}${readinessProbe.httpGet.path}`,
    environment: {
      ...Object.fromEntries(given),
      FAKE_BOX_CARDS: free.slice(0, Number(resources.limits["nvidia.com/gpu"])).join(","),
    },
  };
}

export function podContainer(pod) {
  return containers().find(({ Name, Config }) => Name === `/${pod}` && LABEL in Config.Labels);
}

function podsOf(name) {
  return containers().filter(({ Config }) => Config.Labels[LABEL] === name);
}

async function endPods(name) {
  for (const pod of podsOf(name)) {
    await stopContainer(pod, 5);
    removeContainer(pod);
  }
}

/** The names of those that were there. */
export async function deleteAll(names) {
  const objects = stored();
  const there = names.filter((name) => name in objects);
  for (const name of there) {
    await endPods(objects[name].metadata.name);
  }
  store(Object.fromEntries(Object.entries(objects).filter(([name]) => !there.includes(name))));
  return there;
}

/** As `kubectl get … --output json` prints it. */
export async function clusterList(kinds) {
  const objects = Object.values(stored()).filter(({ kind }) =>
    kinds.includes(GROUPS[kind]?.replace(".", "s.") ?? ""),
  );
  const items = await Promise.all(objects.map(workloadItems));
  return { apiVersion: "v1", kind: "List", items: items.flat() };
}

async function workloadItems(object) {
  const pods = await Promise.all(podsOf(object.metadata.name).map((pod) => podItem(pod, object)));
  const ready = pods.filter(({ status }) => status.containerStatuses[0]?.ready === true).length;
  const status = {
    observedGeneration: 1,
    replicas: pods.length,
    updatedReplicas: pods.length,
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    conditions: [{ type: "Available", status: ready > 0 ? "True" : "False" }],
  };
  return [{ ...object, metadata: { ...object.metadata, generation: 1 }, status }, ...pods];
}

/** One that has ended is started again by a kubelet, later and later. */
async function podItem(container, { spec }) {
  const isUp = isRunning(container);
  const ready = isUp && (await answers(container.Own.readyUrl));
  const { ExitCode: exitCode } = container.State;
  const engine = isUp
    ? { name: "engine", ready, restartCount: 0, state: { running: {} }, lastState: {} }
    : {
        name: "engine",
        ready: false,
        restartCount: 1,
        state: {
          waiting: {
            reason: "CrashLoopBackOff",
            message: "back-off 10s restarting failed container",
          },
        },
        lastState: { terminated: { exitCode, reason: "Error" } },
      };
  const { isUnschedulable = false } = readBox().kube;
  const message = "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: container.Name.slice(1), labels: spec.template.metadata.labels },
    status: isUnschedulable
      ? {
          phase: "Pending",
          conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
          containerStatuses: [],
        }
      : { phase: "Running", containerStatuses: [engine] },
  };
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
