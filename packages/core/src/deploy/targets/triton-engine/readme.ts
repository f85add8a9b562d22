import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDocument } from "../../../documents/plan-document.ts";
import { hostCommands, kvSection, memorySection, openSection, readme } from "../../readme.ts";
import type { TritonMode } from "../../render-options.ts";
import { markdownCode, markdownTable, markdownText } from "../../text/markdown.ts";
import { tritonImage } from "../triton/image.ts";
import type { EngineBuild } from "./engine-builds.ts";
import { openaiSection } from "./openai-readme.ts";
import type { TritonFront, TritonHost, TritonServer } from "./repository.ts";

export function tritonReadme(plan: PlanDocument, hosts: readonly TritonHost[]): string {
  const servers = hosts.flatMap((host) => host.servers);
  return readme([
    "# Triton with TensorRT engines",
    ...new Set(hosts.map(({ mode }) => INTRODUCTIONS[mode])),
    startSection(plan, hosts),
    "## Models",
    hosts.map((host) => modelTable(host, hosts.length > 1)).join("\n\n"),
    NAMES,
    ...new Set(servers.map(({ front }) => FRONTS[front])),
    ...(hosts.some(({ mode }) => mode !== "leader") ? [INSTANCES] : []),
    engineSection(hosts),
    memorySection(plan),
    kvSection(plan, kvLine(hosts)),
    askSection(hosts),
    openaiSection(hosts),
    scriptSection(hosts),
    openSection(plan),
    "## Files",
    FILES,
  ]);
}

const INTRODUCTIONS: Readonly<Record<TritonMode, string>> = {
  orchestrator:
    "One Triton server a host, in orchestrator mode: every model has worker processes of its own, on its own cards. Clients ask for a public model: text in, text out.",
  "orchestrator-no-spawn":
    "One Triton server a host, in orchestrator mode: every model has worker processes of its own, on its own cards, which one mpirun starts with the server (`participant_ids`). Clients ask for a public model: text in, text out.",
  leader:
    "One Triton server a model, in leader mode: a process a card, of which the first answers; no orchestrator stands between. Each server has ports of its own, and replicas need something in front that shares requests out. Clients ask for a public model: text in, text out.",
};

const NAMES =
  "A name that can't be a folder's is changed: runs of characters other than letters, digits, `.`, `_` and `-` become `-`; what would come twice gets `-2`, `-3` and so on.";

/** What the public models are, which TensorRT-LLM has templates of two kinds for. */
const FRONTS: Readonly<Record<TritonFront, string>> = {
  ensemble:
    "The public models are ensembles, which Triton runs itself. TensorRT-LLM's BLS model takes the same requests and calls `preprocessing` and `postprocessing` by these fixed names: `--triton-bls` writes it instead, where one tokenizer serves all models of a Triton.",
  bls: "The public models are TensorRT-LLM's BLS models: Python code that calls the three steps and ends an answer at a stop word of its text. Each has an instance, a process without a card, for every sequence that its engine runs at once.",
};

const INSTANCES =
  "Replicas that differ only in their cards are instances of one model; others are models of their own, between which clients choose.";

function kvLine(hosts: readonly TritonHost[]): string {
  const metrics = hosts[0]?.servers[0]?.ports.metrics ?? "";
  return `Triton's output holds a line \`[MemUsageChange] Allocated … GiB for max tokens in paged KV cache (…).\` a rank. \`curl -s http://127.0.0.1:${metrics}/metrics | grep nv_trt_llm_kv_cache_block_metrics\` gives the same: type \`max\` times type \`tokens_per\`. The plan expects:`;
}

function startSection({ deployments }: PlanDocument, hosts: readonly TritonHost[]): string {
  const version = deployments[0]?.engine.version ?? "";
  const commands = hosts.map(({ name, prefix, mode }) => ({
    name,
    commands: [
      `./${prefix}fetch-templates.sh`,
      `./${prefix}build.sh`,
      ...(mode === "leader"
        ? [`./${prefix}start-all.sh`]
        : [`./${prefix}start.sh &`, `./${prefix}load-models.sh`]),
    ],
  }));
  return [
    "## Start",
    `Inside ${tritonImage(version)}, with **all** cards of the host visible (\`--gpus all\`), \`--ipc=host\`, and the folders of models and engines mounted:`,
    hostCommands(commands),
    "`fetch-templates.sh` copies the Python code of the models: it is TensorRT-LLM's own and not part of this bundle. `build.sh` makes checkpoints and engines, which takes long, and only what is missing.",
    ...new Set(hosts.map(({ mode }) => STARTS[mode])),
    "Triton listens on 127.0.0.1 and asks for no key: whoever reaches it may load and unload models too. `BERTH_HOST=0.0.0.0` for the scripts that start and load opens all three ports to the network (in a container that is needed); put something in front that lets only `/v2/models/*/generate` through.",
    "Engines only load in the TensorRT-LLM that built them, on the compute capability that they were built on.",
  ].join("\n\n");
}

const STARTS: Readonly<Record<TritonMode, string>> = {
  orchestrator:
    "`start.sh` starts Triton with no model; `load-models.sh` loads them in the plan's order and waits for each.",
  "orchestrator-no-spawn":
    "`start.sh` starts Triton and all its workers, which load at once: no two models share a card; `load-models.sh` waits until they are there.",
  leader:
    "`start-all.sh` needs `curl`, waits until each server is ready before it starts the next, and stops what it started, newest first, when one fails or ends later.",
};

function modelTable({ name, mode, servers }: TritonHost, hasTitle: boolean): string {
  const models = servers.flatMap((server) => server.models.map((model) => ({ model, server })));
  const rows = models.map(({ model, server }, at) => [
    String(at + 1),
    markdownText(model.instances[0].deployment.model),
    markdownCode(model.ensemble),
    markdownCode(model.llm),
    ...(mode === "leader"
      ? [
          `${server.ports.http}, ${server.ports.grpc}, ${server.ports.metrics}`,
          model.instances[0].gpus.map(({ id }) => markdownText(id)).join(", "),
        ]
      : [markdownCode(model.deviceIds)]),
    ...(mode === "orchestrator-no-spawn" ? [markdownCode(model.participantIds ?? "")] : []),
    markdownCode(model.tokenizer.folder),
  ]);
  const head = [
    "Load",
    "Model",
    "Ask for",
    "Engine model",
    ...(mode === "leader" ? ["HTTP, gRPC, metrics", "Cards"] : ["Cards (`gpu_device_ids`)"]),
    ...(mode === "orchestrator-no-spawn" ? ["Ranks (`participant_ids`)"] : []),
    "Tokenizer",
  ];
  const table = markdownTable(head, rows, ["Load"]);
  return hasTitle ? `### ${markdownText(name)}\n\n${table}` : table;
}

function engineSection(hosts: readonly TritonHost[]): string {
  const builds = hosts.flatMap((host) => host.builds);
  const rows = builds.map(({ deployment, engineFolder, gpu }) => [
    markdownText(deployment.model),
    `${deployment.storedQuantization} → ${deployment.quantization}`,
    `${deployment.tp} × ${deployment.pp}`,
    gpu.computeCapability,
    markdownCode(engineFolder),
  ]);
  return [
    "## Engines",
    markdownTable(["Model", "Weights", "TP × PP", "Built for", "Folder"], rows),
    "The folder's name says the model, its source, the TensorRT-LLM that builds it, and the limits (b batch, t tokens a step, s sequence, k tokens a block): memory was planned with them. What differs in one of these is another engine, in another folder; nothing is deleted.",
    "`MODEL_PATH_…` variables change where `build.sh` finds a model's files. Tokenizers are read from the folders in the table above when the server starts. `quantize.py` calibrates on a data set of the Hub, which it fetches.",
    gpusPerNodeNote(hosts),
    sixteenBitNote(builds),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function gpusPerNodeNote(hosts: readonly TritonHost[]): string {
  const counts = [...new Set(hosts.flatMap(({ gpusPerNode }) => gpusPerNode ?? []))];
  return counts.length === 0
    ? ""
    : `An engine believes that its host has 8 cards and takes no id above 7. \`build.sh\` therefore passes \`--gpus_per_node ${counts.join(" or ")}\`; where \`trtllm-build\` has no such flag, it changes \`pretrained_config.mapping.gpus_per_node\` in the engine's \`config.json\`.`;
}

function sixteenBitNote(builds: readonly EngineBuild[]): string {
  const lines = builds
    .filter(({ step }) => step.kind !== "impossible" && step.needs16Bit)
    .map(
      ({ deployment, pathVariable }) =>
        `- ${markdownText(deployment.model)}: its files hold ${deployment.storedQuantization}; set ${markdownCode(pathVariable)} to its 16-bit files`,
    );
  return lines.length === 0
    ? ""
    : `Some engines can't be made from the model's own files:\n\n${lines.join("\n")}`;
}

function askSection(hosts: readonly TritonHost[]): string {
  const commands = hosts.map(({ name, servers }) => ({
    name,
    commands: servers
      .slice(0, 1)
      .flatMap(({ models, ports }) =>
        models.slice(0, 1).map(({ ensemble }) => ({ ensemble, ports })),
      )
      .map(
        ({ ensemble, ports }) =>
          `curl -s http://127.0.0.1:${ports.http}/v2/models/${ensemble}/generate -d '{"text_input": "Berths are", "max_tokens": 16}'`,
      ),
  }));
  return [
    "## Ask",
    hostCommands(commands),
    `Streams come from \`generate_stream\` with \`"stream": true\`. \`curl -s -X POST http://127.0.0.1:${hosts[0]?.servers[0]?.ports.http ?? ""}/v2/repository/index\` lists the models.`,
  ].join("\n\n");
}

function scriptSection(hosts: readonly TritonHost[]): string {
  const commands = hosts.map((host) => ({
    name: host.name,
    commands: host.servers.slice(0, 1).map((server) => nvidiaCommand(host, server)),
  }));
  const isLeader = hosts.every(({ mode }) => mode === "leader");
  return [
    "## The same with NVIDIA's script",
    ...(isLeader ? ["For the first server; the others likewise:"] : []),
    hostCommands(commands),
    ...(isLeader
      ? []
      : [
          "It loads all models at once, four at a time and in no promised order: where models share a card, each one's KV cache then depends on who comes first.",
        ]),
    "It ends as soon as the server runs, so nothing can supervise it, and its server listens on all addresses. The scripts of this bundle do none of this.",
  ].join("\n\n");
}

function nvidiaCommand(
  { prefix, mode }: TritonHost,
  { repository, models, ports }: TritonServer,
): string {
  const gpus = models.flatMap(({ instances }) => instances.flatMap((hosted) => hosted.gpus));
  const [first] = models;
  const options: Readonly<Record<TritonMode, readonly string[]>> = {
    orchestrator: ["--multi-model", "--world_size=1"],
    "orchestrator-no-spawn": [
      "--multi-model",
      "--disable-spawn-processes",
      `--world_size=${gpus.length + 1}`,
      `--tensorrt_llm_model_name=${models.map(({ llm }) => llm).join(",")}`,
    ],
    leader: [`--world_size=${gpus.length}`, `--tensorrt_llm_model_name=${first?.llm ?? ""}`],
  };
  const cards = mode === "leader" ? ` CUDA_VISIBLE_DEVICES=${gpus.map(({ index }) => index)}` : "";
  return [
    `CUDA_DEVICE_ORDER=PCI_BUS_ID${cards} python3 ${launcherFact("triton", "launchScript")}`,
    ...options[mode],
    `--model_repo=${prefix}${repository}`,
    `--http_port=${ports.http} --grpc_port=${ports.grpc} --metrics_port=${ports.metrics}`,
  ].join(" ");
}

const FILES = `- \`repository/\` or \`repositories/*/\`: the model repositories; \`1/.gitkeep\` only keeps the version folders
- the scripts of the steps above
- \`plan.json\`: the plan that these files were written from`;
