import type { PlanDocument } from "../../../documents/plan-document.ts";
import type { CardAccess } from "../../kube/card-access.ts";
import { memorySection, openSection, readme } from "../../readme.ts";
import type { RenderOptions } from "../../render-options.ts";
import { kvSections } from "../../servers/readme-sections.ts";
import { markdownCode, markdownTable, markdownText } from "../../text/markdown.ts";
import { modelSection } from "../kubernetes/readme-models.ts";
import { needLine } from "../kubernetes/readme-needs.ts";
import type { Workload } from "../kubernetes/workloads.ts";
import { GRAPH } from "./graph.ts";
import { DYNAMO_PORT } from "./port.ts";

export interface DynamoBundle {
  readonly all: readonly Workload[];
  readonly access: CardAccess;
  readonly options: RenderOptions;
}

export function dynamoReadme(plan: PlanDocument, { all, access, options }: DynamoBundle): string {
  return readme([
    "# Serving with NVIDIA Dynamo",
    `One DynamoGraphDeployment \`${GRAPH}\`: a frontend, and a worker component a model. Nodes must carry the names of the plan's hosts in their label \`kubernetes.io/hostname\`.`,
    "## What the cluster needs",
    `- The Dynamo platform (its operator and CRDs) of the images' version or a newer one.\n${needLine(access)}`,
    modelSection({ all, options }),
    "## Apply",
    `\`\`\`sh\nkubectl apply -k .\nkubectl wait --for=condition=Ready dynamographdeployment/${GRAPH} --timeout=3600s\n\`\`\``,
    "No two engines share a card, so all start at once, in any order. Changed workers are stopped before they start again, as no card is free beside them (`nvidia.com/deployment-strategy: Recreate`). No object names a namespace: they go to the current one, or to that of `-n`.",
    "## Workers",
    workerTable(all),
    memorySection(plan),
    "## Check",
    `\`\`\`sh\nkubectl get dynamographdeployment ${GRAPH}\nkubectl get pods -o wide -l nvidia.com/dynamo-graph-deployment-name=${GRAPH}\nkubectl port-forward service/${GRAPH}-frontend ${DYNAMO_PORT} &\ncurl http://127.0.0.1:${DYNAMO_PORT}/v1/models\n\`\`\``,
    "The frontend is the one endpoint: it names every model whose workers are ready, and asks for no key.",
    kvSections(
      plan,
      (pattern) =>
        `\`kubectl logs -l nvidia.com/dynamo-graph-deployment-name=${GRAPH} -c main --tail=-1 --prefix | grep '${pattern}'\``,
    ),
    openSection(plan),
    "## Files",
    FILES,
  ]);
}

function workerTable(all: readonly Workload[]): string {
  const rows = all.map(({ name, servers }) => {
    const [{ deployment, nodes }] = servers;
    return [
      markdownText(deployment.model),
      markdownCode(name),
      String(servers.length),
      markdownText(nodes[0].host),
      servers.flatMap(({ gpus }) => gpus.map(({ id }) => markdownText(id))).join(", "),
    ];
  });
  const head = ["Model", "Component", "Replicas", "Node", "Cards of the plan"];
  return markdownTable(head, rows, ["Replicas"]);
}

const FILES = `- \`graph.yaml\`: claims, ConfigMaps and the graph, with a kustomization
- \`plan.json\`: the plan that these files were written from`;
