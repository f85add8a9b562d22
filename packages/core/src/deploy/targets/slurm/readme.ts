import type { PlanDocument } from "../../../documents/plan-document.ts";
import { memorySection, openSection, readme } from "../../readme.ts";
import type { Route } from "../../routers/route.ts";
import { ROUTER_PORT } from "../../routers/start-script.ts";
import {
  engineFilesLine,
  enginesSection,
  type HostBuilds,
  tritonSection,
} from "../../servers/engine-builds.ts";
import { filesSection, kvSections, kvTypeSection } from "../../servers/readme-sections.ts";
import { markdownCode, markdownTable, markdownText } from "../../text/markdown.ts";
import { cardType, cardTypes } from "./card-types.ts";
import type { Job } from "./jobs.ts";

interface SlurmBundle {
  readonly jobs: readonly Job[];
  readonly route: Route | undefined;
  readonly builds: readonly HostBuilds[];
}

export function slurmReadme(plan: PlanDocument, { jobs, route, builds }: SlurmBundle): string {
  const servers = jobs.flatMap((job) => job.servers);
  return readme([
    "# Serving with Slurm",
    "One job a model, with cards of the planned kinds. Models that share a card are one job, which starts them one after the other: Slurm gives a card to one job only, and what an engine takes depends on what it finds free.",
    START,
    route === undefined ? "" : ENDPOINT,
    "## Jobs",
    jobTable(jobs),
    gresSection(plan),
    filesSection(servers),
    enginesSection(builds, BUILD),
    kvTypeSection(servers),
    memorySection(plan),
    "Jobs may get other cards of the same kinds than the plan names; what it says of each holds there as well, as long as nobody else is on them.",
    kvSections(plan, (pattern) => `\`grep '${pattern}' jobs/*/*.log jobs/*/logs/*.log\``),
    "A server is up when `curl -f http://NODE:PORT/health` succeeds; `jobs/*/address` tells the node.",
    tritonSection(servers),
    openSection(plan),
    "## Files",
    `${engineFilesLine(builds, "jobs/*/triton/*/")}${FILES}`,
  ]);
}

/** Slurm may give the job other cards than the plan's. */
const BUILD =
  "The model's own files must lie in the folders below, which all nodes see. On a node with a card of each compute capability, in a job that has one, in the container that will serve them or with TensorRT-LLM installed: `BERTH_BUILD_CARD=0 ./build.sh`, or `hosts/*/build.sh` where there are several.";

const START = `## Start

From a folder that all nodes see, with the engines installed on them (or in the container of a job's commented line, where it has one):

\`\`\`sh
BERTH_HOST=0.0.0.0 ./submit-all.sh --cpus-per-task=8 --mem=64G
squeue --me
\`\`\`

The servers listen on 127.0.0.1 of their node and ask for no key, unless \`BERTH_HOST\` is set as above, which opens them to the cluster's network. \`cd jobs/NAME && sbatch job.sh\` submits one.

The plan knows cards, and no processors or memory of the nodes: a job that asks for none gets the cluster's defaults, often one processor and a few GiB, with which an engine loads for ever or is killed. \`submit-all.sh\` hands its arguments to \`sbatch\`, a partition or an account as well; the numbers above are only an example.`;

const ENDPOINT = `## One endpoint

\`submit-all.sh\` submits \`router/job.sh\` as well, which puts one OpenAI endpoint in front of all jobs: on port ${ROUTER_PORT} of the node that its log names, once every job runs. The router's program must be installed there. For clients on other nodes:

\`\`\`sh
BERTH_HOST=0.0.0.0 BERTH_ROUTER_HOST=0.0.0.0 ./submit-all.sh --cpus-per-task=8 --mem=64G
\`\`\`

Clients must show a key where \`BERTH_ROUTER_KEY\` is in the environment of that command. It finds the servers by \`jobs/*/address\`, which each job writes when it starts: after a job has started again on another node, submit the router's again (\`scancel --name=berth-router\`, then \`cd router && sbatch job.sh\`). \`router/README.md\` says what it does and what can be set.`;

function jobTable(jobs: readonly Job[]): string {
  const rows = jobs.flatMap(({ name, servers, nodes }) =>
    servers.map(({ deployment, port }, at) => [
      markdownCode(name),
      String(at + 1),
      markdownText(deployment.model),
      String(deployment.replica),
      String(port),
      String(nodes.length),
      markdownCode(cardTypes(nodes[0] ?? [])),
    ]),
  );
  const head = ["Job", "Step", "Model", "Replica", "Port", "Nodes", "Cards a node"];
  return markdownTable(head, rows, ["Step", "Replica", "Port", "Nodes"]);
}

/** The kinds of cards as gres.conf has to call them. */
function gresSection(plan: PlanDocument): string {
  const kinds = [...new Map(plan.gpus.map((gpu) => [gpu.catalogId, cardType(gpu)]))];
  const rows = kinds.map(([id, type]) => [markdownText(id), markdownCode(type)]);
  return [
    "## Kinds of cards",
    "The jobs ask for cards by these types, as in `Name=gpu Type=rtx4090 File=/dev/nvidia[0-3]` of `gres.conf`; `sinfo -o '%n %G'` shows yours. Slurm counts the cards of a node in the order of its files, which must be that of `nvidia-smi`.",
    markdownTable(["Card", "Type"], rows),
  ].join("\n\n");
}

const FILES = `- \`submit-all.sh\`: submits every job
- \`jobs/*/job.sh\`: the batch script; \`start-all.sh\` where models share cards
- \`jobs/*/start/*.sh\`: starts one server in its job; \`nodes/*.sh\`: one node of it; \`config/*.yaml\`: what TensorRT-LLM reads
- \`plan.json\`: the plan that these files were written from`;
