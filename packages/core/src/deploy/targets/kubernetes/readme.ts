import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDocument } from "../../../documents/plan-document.ts";
import { formatGib } from "../../../units/format.ts";
import type { CardAccess } from "../../kube/card-access.ts";
import { mpsCap } from "../../kube/mps-cap.ts";
import type { SharedCards } from "../../kube/shared-cards.ts";
import { memorySection, openSection, readme } from "../../readme.ts";
import type { RenderOptions } from "../../render-options.ts";
import { enginesSection, type HostBuilds } from "../../servers/engine-builds.ts";
import type { EngineServer } from "../../servers/engine-server.ts";
import { kvSections } from "../../servers/readme-sections.ts";
import { markdownCode, markdownTable, markdownText } from "../../text/markdown.ts";
import { isHeaderText, modelPath, speaksOpenai } from "./gateway.ts";
import { productWarning } from "./product-warning.ts";
import { modelSection } from "./readme-models.ts";
import { needLine, runtimeLine } from "./readme-needs.ts";
import type { Workload } from "./workloads.ts";

export interface Bundle {
  readonly all: readonly Workload[];
  readonly access: CardAccess;
  readonly shared: readonly SharedCards[];
  readonly options: RenderOptions;
  readonly builds: readonly HostBuilds[];
}

/** Names which the scripts of several hosts have are those of their nodes. */
const BUILD =
  "`build/*.sh` makes the engines of one node, in the image that serves them, with a card of that node and the folders of models and engines at the same paths (with a claim, in a pod that mounts it).";

export function kubernetesReadme(plan: PlanDocument, bundle: Bundle): string {
  const { all } = bundle;
  return readme([
    "# Serving on Kubernetes",
    "One engine a pod. Nodes must carry the names of the plan's hosts in their label `kubernetes.io/hostname`.",
    needSection(bundle),
    modelSection(bundle),
    enginesSection(bundle.builds, BUILD),
    applySection(all),
    workloadSection(all),
    orderSection(all),
    cardSection(plan, bundle),
    productWarning(plan, bundle.access),
    gatewaySection(all, bundle.options),
    memorySection(plan),
    checkSection(all),
    kvSections(
      plan,
      (pattern) =>
        `\`kubectl logs -l app.kubernetes.io/managed-by=berth -c engine --tail=-1 --prefix | grep '${pattern}'\``,
    ),
    openSection(plan),
    "## Files",
    `${bundle.builds.length === 0 ? "" : BUILD_FILES}${FILES}`,
  ]);
}

function needSection({ all, access, shared, options }: Bundle): string {
  const gate = launcherFact("kubernetes", "mpsGate");
  const lines = [
    needLine(access),
    runtimeLine(options),
    ...(shared.some(({ sharing }) => sharing === "mps")
      ? [
          `- The driver's feature gate \`${gate}\` (alpha, off by default): install it with \`--set featureGates.${gate}=true\`. Without it the pods of shared cards stay in ContainerCreating; rendered with \`--kube-sharing time-slicing\` they need no gate, and have no caps.`,
        ]
      : []),
    ...(all.some(({ kind }) => kind === "LeaderWorkerSet")
      ? ["- LeaderWorkerSet, for the models over several nodes."]
      : []),
    all.some(speaksOpenai)
      ? "- For `gateway/`: Gateway API, the InferencePool CRD, a gateway that knows it, and a body-based router."
      : "- For `gateway/`: Gateway API, and a gateway.",
  ];
  return ["## What the cluster needs", lines.join("\n")].join("\n\n");
}

function applySection(all: readonly Workload[]): string {
  const last = all.at(-1);
  const wait =
    last === undefined
      ? []
      : [
          `kubectl wait --for=condition=Ready pod -l app.kubernetes.io/managed-by=berth --timeout=${launcherFact("kubernetes", "startTimeoutS") * all.length}s`,
        ];
  return [
    "## Apply",
    `\`\`\`sh\n${["kubectl apply -k .", ...wait, "kubectl apply -k gateway"].join("\n")}\n\`\`\``,
    "No object names a namespace: they go to the current one, or to that of `-n`.",
  ].join("\n\n");
}

function workloadSection(all: readonly Workload[]): string {
  const rows = all.map(({ name, kind, servers }) => {
    const [{ deployment, port, nodes }] = servers;
    return [
      markdownText(deployment.model),
      `${kind} ${markdownCode(name)}`,
      String(servers.length),
      nodes.map(({ host }) => markdownText(host)).join(", "),
      servers.flatMap(({ gpus }) => gpus.map(({ id }) => markdownText(id))).join(", "),
      markdownCode(`http://${name}:${port}`),
    ];
  });
  const head = ["Model", "Object", "Replicas", "Node", "Cards of the plan", "Service"];
  return ["## Engines", markdownTable(head, rows, ["Replicas"])].join("\n\n");
}

function orderSection(all: readonly Workload[]): string {
  const waiting = all.filter(({ after }) => after.length > 0);
  const lines = waiting.map(
    ({ name, after }) =>
      `- ${markdownCode(name)} waits for ${after.map((each) => markdownCode(each.name)).join(", ")}`,
  );
  return waiting.length === 0
    ? "## Start order\n\nNo two engines share a card: all start at once."
    : [
        "## Start order",
        "Engines on one card start one after the other, since a share of free memory is of what is free at the start. An init container waits for the Service of each engine before:",
        lines.join("\n"),
        ...restartNotes(waiting),
      ].join("\n\n");
}

/** What happens to the order when an engine starts again by itself. */
function restartNotes(waiting: readonly Workload[]): readonly string[] {
  const kinds = new Set(waiting.map(({ shared }) => shared?.sharing));
  return [
    ...(kinds.has("mps") ? [RESTART_UNDER_CAPS] : []),
    ...(kinds.has("mps") && kinds.size === 1 ? [] : [RESTART_WITHOUT_CAPS]),
  ];
}

const RESTART_UNDER_CAPS =
  "Under MPS an engine that starts again finds what its cap leaves, whoever else is on the card: the order no longer matters.";

const RESTART_WITHOUT_CAPS =
  "Without caps, an earlier engine that starts again alone does not find the later ones' memory free: it gets a smaller KV cache than planned, or fails to load; never a larger one. Nothing holds it back, since a model with a smaller cache is better than none, and an init container would not run again where only the engine's container does. See with the check below what it got; where it is less than planned, delete the pods of that card, which start again in order.";

function cardSection(plan: PlanDocument, { shared }: Bundle): string {
  const rows = shared.flatMap(({ gpus, deployments, sharing }) =>
    deployments.map((each) => [
      gpus.map(({ id }) => markdownText(id)).join(", "),
      `${markdownText(each.model)}, replica ${each.replica}`,
      sharing === "mps" ? "MPS" : "time slicing",
      sharing === "mps" ? formatGib(mpsCap(plan, each)) : "none",
    ]),
  );
  return rows.length === 0
    ? ""
    : [
        "## Shared cards",
        "Pods share a card by naming one ResourceClaim (`shared-cards.yaml`).",
        markdownTable(["Cards", "Engine", "By", "Cap a card"], rows, ["Cap a card"]),
        shared.some(({ sharing }) => sharing === "mps") ? MPS : "",
        shared.some(({ sharing }) => sharing === "time-slicing") ? SLICES : "",
      ]
        .filter((part) => part !== "")
        .join("\n\n");
}

const MPS: string =
  "Under MPS the driver refuses an engine memory beyond its cap: the claim's `defaultPinnedDeviceMemoryLimit` is the largest of them, and each pod lowers its own with `CUDA_MPS_PINNED_DEVICE_MEM_LIMIT`. What CUDA calls free is then what the cap leaves, so shares of free memory stand otherwise in the configurations than in `plan.json`, and come to the same bytes. A fault of one engine on a card may end the others on it. " +
  `The daemon itself takes up to ${launcherFact("kubernetes", "mpsServerMib")} MiB of each card, beside the plan.`;

const SLICES =
  "Engines that share cards by time slicing have no cap but what they are told: each keeps to its own KV cache.";

function gatewaySection(all: readonly Workload[], { kubernetes = {} }: RenderOptions): string {
  const models = [...new Map(all.map((each) => [each.modelName, each])).values()];
  const rows = models.map(({ modelName, servers }) => [
    markdownText(servers[0].deployment.model),
    byName(servers[0]),
    servers[0].triton === undefined
      ? markdownCode(`${modelPath(modelName)}/v1`)
      : markdownCode(`${modelPath(modelName)}/v2/models/${servers[0].triton.name}/generate`),
  ]);
  const name = kubernetes.gatewayClass ?? launcherFact("kubernetes", "gatewayClass");
  return [
    "## One endpoint",
    ...(all.some(speaksOpenai) ? [byPools(name, all)] : []),
    ...(all.every(speaksOpenai) ? [] : [byServices(name)]),
    markdownTable(["Model", "By its name", "By path"], rows),
  ].join("\n\n");
}

function poolNote(all: readonly Workload[]): string {
  const isRated = all.some(({ servers: [{ deployment }] }) => deployment.serves !== undefined);
  const rated = isRated ? "can serve different rates of their workload, or, without one, " : "";
  return `Replicas that ${rated}hold different numbers of sequences are pools of their own, weighted by that number`;
}

function byPools(gatewayClass: string, all: readonly Workload[]): string {
  return `\`gateway/\` has a Gateway of class ${markdownCode(gatewayClass)}, and for each model an HTTPRoute to its InferencePools. Requests are told apart by the header \`${launcherFact("kubernetes", "modelHeader")}\`, which the body-based router writes from the field \`model\`, and by path. ${poolNote(all)}; within a pool the endpoint picker takes the ready pods in turn. The gateway asks for no key.`;
}

function byServices(gatewayClass: string): string {
  return `The Gateway of class ${markdownCode(gatewayClass)} sends requests for TensorRT engines to their Services, by path: what reads OpenAI's requests can't read Triton's. Replicas are weighted by the requests that they can serve, or the sequences that they hold. It asks for no key.`;
}

function byName({ deployment, triton }: EngineServer): string {
  if (triton !== undefined) {
    return "no: Triton takes no OpenAI requests";
  }
  return isHeaderText(deployment.model) ? "yes" : "no: a header can't hold this name";
}

function checkSection(all: readonly Workload[]): string {
  const [first] = all;
  return first === undefined
    ? ""
    : [
        "## Check",
        `\`\`\`sh\nkubectl get pods -o wide -l app.kubernetes.io/managed-by=berth\nkubectl get resourceclaims\nkubectl port-forward service/${first.name} ${first.servers[0].port} &\ncurl -f http://127.0.0.1:${first.servers[0].port}${first.servers[0].triton === undefined ? "/v1/models" : first.servers[0].readyPath}\n\`\`\``,
      ].join("\n\n");
}

const BUILD_FILES = "- `build/`: makes the TensorRT engines of each node\n";

const FILES = `- \`kustomization.yaml\`, and a file a workload: claims, ConfigMap, Service and pods
- \`shared-cards.yaml\`: claims that several pods name, where cards are shared
- \`gateway/\`: the endpoint, with a kustomization of its own
- \`plan.json\`: the plan that these files were written from`;
