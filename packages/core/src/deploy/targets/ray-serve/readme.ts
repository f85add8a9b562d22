import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDocument, PlanGpu } from "../../../documents/plan-document.ts";
import { hostCommands, memorySection, openSection, readme } from "../../readme.ts";
import { wordsOf } from "../../servers/engine-words.ts";
import { kvSections } from "../../servers/readme-sections.ts";
import { markdownCode, markdownTable, markdownText } from "../../text/markdown.ts";
import { shellQuote } from "../../text/shell.ts";
import type { RayModel } from "./models.ts";

export function rayReadme(plan: PlanDocument, models: readonly RayModel[]): string {
  const port = launcherFact("ray-serve", "httpPort");
  return readme([
    "# Serving with Ray Serve LLM",
    "One application with an OpenAI endpoint for all models; `serve.yaml` says everything of them.",
    versionSection(models),
    filesSection(models),
    nodeSection(plan, models),
    "## Deploy",
    `\`\`\`sh\nserve deploy serve.yaml\nserve status\ncurl http://127.0.0.1:${port}/v1/models\n\`\`\``,
    "No two engines share a card, so all start at once, in any order; Ray restarts one that ends on a card of its model. The endpoint asks for no key.",
    "## Models",
    modelTable(models),
    memorySection(plan),
    kvSections(
      plan,
      (pattern) => `\`grep -rh '${pattern}' /tmp/ray/session_latest/logs\` on each node`,
    ),
    openSection(plan),
    "## Files",
    FILES,
  ]);
}

function versionSection(models: readonly RayModel[]): string {
  const versions = [
    ...new Set(models.map(({ servers: [{ deployment }] }) => deployment.engine.version)),
  ];
  return `Every node needs Ray with \`ray[serve,llm]\`, and vLLM ${versions.map(markdownText).join(", ")}, which the plan counts on: \`python3 -c 'import ray, vllm; print(ray.__version__, vllm.__version__)'\`. \`HF_TOKEN\` in the environment of \`ray start\` lets it read from the Hub.`;
}

function filesSection(models: readonly RayModel[]): string {
  const lines = models.flatMap(({ servers: [{ model, deployment }], source }) =>
    model.need === undefined
      ? []
      : [
          `- ${markdownText(deployment.model)}: ${markdownCode(source)} on each of its nodes, from ${markdownCode(model.source)} (${model.need.change}): ${wordsOf(deployment.engine.id).howToGet[deployment.quantization]}`,
        ],
  );
  return lines.length === 0 ? "" : ["## Checkpoints to make first", lines.join("\n")].join("\n\n");
}

/** A Ray node is what Ray gives cards from: one for each kind of card of a host. */
interface RayNode {
  readonly host: string;
  readonly gpus: readonly PlanGpu[];
  readonly resources: Readonly<Record<string, number>>;
}

function nodeSection(plan: PlanDocument, models: readonly RayModel[]): string {
  const nodes = rayNodes(plan, models);
  const hosts = [...new Set(nodes.map(({ host }) => host))];
  const port = launcherFact("ray-serve", "headPort");
  return [
    "## Start the nodes",
    "Ray gives any free card of a node, and knows no GeForce card by name. So each kind of card of a host is a Ray node of its own, and has a resource for each model that the plan puts there, one a card: a model's workers go nowhere else. Any host may be the head:",
    `\`\`\`sh\nray start --head --port=${port} --num-gpus=0\n\`\`\``,
    `Then, with \`HEAD\` the address of that host (\`export HEAD=ADDRESS:${port}\`), and no other Ray node with cards:`,
    hostCommands(
      hosts.map((host) => ({
        name: host,
        commands: nodes.filter((node) => node.host === host).map(startCommand),
      })),
    ),
    "On a host with several kinds of cards each `ray start` needs ports of its own where the defaults are taken; `ray start --help` lists them.",
  ].join("\n\n");
}

function rayNodes(plan: PlanDocument, models: readonly RayModel[]): readonly RayNode[] {
  const used = plan.gpus.filter(({ id }) => plan.deployments.some(({ gpus }) => gpus.includes(id)));
  const kinds = [...new Set(used.map(({ host, catalogId }) => JSON.stringify([host, catalogId])))];
  return kinds.map((kind) => {
    const gpus = used.filter(({ host, catalogId }) => JSON.stringify([host, catalogId]) === kind);
    const ids = new Set(gpus.map(({ id }) => id));
    const counts = models.map(({ servers, resource }) => [
      resource,
      servers.flatMap((server) => server.gpus).filter(({ id }) => ids.has(id)).length,
    ]);
    return {
      host: gpus[0]?.host ?? "",
      gpus,
      resources: Object.fromEntries(counts.filter(([, count]) => count !== 0)),
    };
  });
}

function startCommand({ gpus, resources }: RayNode): string {
  const uuids = gpus.flatMap(({ uuid }) => uuid ?? []);
  const cards = uuids.length === gpus.length ? uuids : gpus.map(({ index }) => String(index));
  return [
    "CUDA_DEVICE_ORDER=PCI_BUS_ID",
    `CUDA_VISIBLE_DEVICES=${shellQuote(cards.join(","))}`,
    `ray start --address="$HEAD" --num-gpus=${gpus.length}`,
    `--resources=${shellQuote(JSON.stringify(resources))}`,
  ].join(" \\\n  ");
}

function modelTable(models: readonly RayModel[]): string {
  const rows = models.map(({ servers, resource }) => [
    markdownText(servers[0].deployment.model),
    String(servers.length),
    servers.flatMap(({ gpus }) => gpus.map(({ id }) => markdownText(id))).join(", "),
    markdownCode(resource),
  ]);
  return markdownTable(["Model", "Replicas", "Cards", "Resource"], rows, ["Replicas"]);
}

const FILES = `- \`serve.yaml\`: the application
- \`plan.json\`: the plan that these files were written from`;
