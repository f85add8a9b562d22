import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDocument } from "../../../documents/plan-document.ts";
import { hostCommands, kvSection, memorySection, openSection, readme } from "../../readme.ts";
import { needsConversion } from "../../servers/model-files.ts";
import { markdownCode, markdownTable, markdownText } from "../../text/markdown.ts";
import { tritonImage } from "../triton/image.ts";
import type { LlmapiHost, LlmapiServer } from "./server.ts";

export function llmapiReadme(plan: PlanDocument, hosts: readonly LlmapiHost[]): string {
  const servers = hosts.flatMap((host) => host.servers);
  return readme([
    "# Triton with LLM-API models",
    "One Triton server a model, each pinned to its cards, started one after the other. One server for all would not do: the LLM-API model reads `gpu_device_ids` only where it has several instances, so single models of one server all start on the first cards.",
    startSection(hosts, servers),
    "## Servers",
    hosts.map((host) => serverTable(host, hosts.length > 1)).join("\n\n"),
    "A name that can't be a folder's is changed: runs of characters other than letters, digits, `.`, `_` and `-` become `-`; what would come twice gets `-2`, `-3` and so on. Replicas have the same name on ports of their own.",
    fileSection(servers),
    memorySection(plan),
    kvSection(plan, KV_LINE),
    askSection(hosts),
    OPENAI,
    scriptSection(hosts),
    openSection(plan),
    "## Files",
    FILES,
  ]);
}

const KV_LINE =
  "Each log holds a line `[MemUsageChange] Allocated … GiB for max tokens in paged KV cache (…)`; the last one counts. " +
  "`grep 'max tokens in paged KV cache' logs/*.log` shows them; the number in brackets should be:";

const OPENAI = [
  "## No OpenAI endpoint",
  "Triton's OpenAI frontend sends `max_tokens` and `stream`, and each value with a batch dimension; the LLM-API model calls them `sampling_param_max_tokens` and `streaming`, and takes no batches. An ensemble between the two could give other names, and not take the dimension away. For an OpenAI endpoint take the target `trtllm-serve`, which runs the same engine with the same plan.",
].join("\n\n");

function startSection(hosts: readonly LlmapiHost[], servers: readonly LlmapiServer[]): string {
  const versions = [...new Set(servers.map(({ deployment }) => deployment.engine.version))];
  const commands = hosts.map(({ name, prefix }) => ({
    name,
    commands: [`./${prefix}fetch-templates.sh`, `./${prefix}start-all.sh`],
  }));
  return [
    "## Start",
    `Inside ${versions.map(tritonImage).join(" or ")}, with all cards of the host visible, \`--ipc=host\`, and the models' folders mounted:`,
    hostCommands(commands),
    "`start-all.sh` needs `curl`, waits until each server is ready before it starts the next, and stops what it started, newest first, when one fails or ends later. The servers listen on 127.0.0.1 and ask for no key; `BERTH_HOST=0.0.0.0` opens them to the network (in a container that is needed).",
  ].join("\n\n");
}

function serverTable({ name, servers }: LlmapiHost, hasTitle: boolean): string {
  const rows = servers.map(({ deployment, modelName, ports, file, gpus }, at) => [
    String(at + 1),
    markdownText(deployment.model),
    String(deployment.replica),
    markdownCode(modelName),
    `${ports.http}, ${ports.grpc}, ${ports.metrics}`,
    gpus.map(({ id }) => markdownText(id)).join(", "),
    `${deployment.quantization}, KV ${deployment.kvCacheDtype}`,
    markdownCode(`${file}.sh`),
  ]);
  const head = [
    "Step",
    "Model",
    "Replica",
    "Ask for",
    "HTTP, gRPC, metrics",
    "Cards",
    "Weights",
    "Script",
  ];
  const table = markdownTable(head, rows, ["Step", "Replica"]);
  return hasTitle ? `### ${markdownText(name)}\n\n${table}` : table;
}

/** What has to lie where, before a start. */
function fileSection(servers: readonly LlmapiServer[]): string {
  const lines = servers
    .filter(({ deployment, modelPath }) => needsConversion(deployment) || modelPath.startsWith("/"))
    .map(({ deployment, modelPath }) => {
      const { model, source, quantization, storedQuantization } = deployment;
      const made = needsConversion(deployment)
        ? `${markdownCode(source)} in ${quantization}; its own files hold ${storedQuantization}`
        : "the model's files";
      return `- ${markdownText(model)}: ${markdownCode(modelPath)}, ${made}`;
    });
  return lines.length === 0
    ? ""
    : [
        "## Folders with checkpoints",
        "`model.yaml` names them; the scripts start only when they hold a `config.json`. NVIDIA Model Optimizer (hf_ptq.py, export format hf) writes such folders:",
        [...new Set(lines)].join("\n"),
      ].join("\n\n");
}

function askSection(hosts: readonly LlmapiHost[]): string {
  const commands = hosts.map(({ name, servers }) => ({
    name,
    commands: servers
      .slice(0, 1)
      .map(
        ({ modelName, ports }) =>
          `curl -s http://127.0.0.1:${ports.http}/v2/models/${modelName}/generate -d '{"text_input": "Berths are", "sampling_param_max_tokens": 16}'`,
      ),
  }));
  return [
    "## Ask",
    hostCommands(commands),
    'Streams come from `generate_stream` with `"streaming": true`.',
  ].join("\n\n");
}

function scriptSection(hosts: readonly LlmapiHost[]): string {
  const commands = hosts.map(({ name, prefix, servers }) => ({
    name,
    commands: servers.slice(0, 1).map(({ file, gpus, ports }) => {
      const cards = gpus.map(({ index }) => index).join(",");
      return `CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=${cards} python3 ${launcherFact("triton", "launchScript")} --no-mpi --model_repo=${prefix}repositories/${file} --http_port=${ports.http} --grpc_port=${ports.grpc} --metrics_port=${ports.metrics}`;
    }),
  }));
  return [
    "## The same with NVIDIA's script",
    "For the first server; the others likewise:",
    hostCommands(commands),
    "It ends as soon as the server runs, so nothing can wait for it or supervise it, gives every server the same shared-memory names, and listens on all addresses.",
  ].join("\n\n");
}

const FILES = `- \`fetch-templates.sh\`: copies TensorRT-LLM's own \`model.py\` and \`helpers.py\` into the repositories
- \`start-all.sh\`: starts all servers of a host in order; \`start/*.sh\`: starts one
- \`repositories/*/\`: one model repository a server; \`1/model.yaml\` holds what the plan says
- \`plan.json\`: the plan that these files were written from`;
