import { launcherFact, launcherFactAt } from "../../../catalog/launcher-catalog.ts";
import type { PlanDocument } from "../../../documents/plan-document.ts";
import { hostCommands, kvSection, memorySection, openSection, readme } from "../../readme.ts";
import { markdownCode, markdownTable, markdownText } from "../../text/markdown.ts";
import type { EngineBuild } from "./engine-builds.ts";
import { gpuDeviceIds } from "./llm-config.ts";
import type { TritonHost } from "./repository.ts";

export function tritonReadme(plan: PlanDocument, hosts: readonly TritonHost[]): string {
  return readme([
    "# Triton with TensorRT engines",
    "One Triton server a host, in orchestrator mode: every model has worker processes of its own, on its own cards. Clients ask for an ensemble: text in, text out.",
    startSection(plan, hosts),
    "## Models",
    hosts.map((host) => modelTable(host, hosts.length > 1)).join("\n\n"),
    "A name that can't be a folder's is changed: runs of characters other than letters, digits, `.`, `_` and `-` become `-`; what would come twice gets `-2`, `-3` and so on. Replicas that differ only in their cards are instances of one model; others are models of their own, between which clients choose.",
    engineSection(hosts),
    memorySection(plan),
    kvSection(plan, kvLine(hosts)),
    askSection(hosts),
    scriptSection(hosts),
    openSection(plan),
    "## Files",
    FILES,
  ]);
}

function kvLine(hosts: readonly TritonHost[]): string {
  const metrics = hosts[0]?.ports.metrics ?? "";
  return `Triton's output holds a line \`[MemUsageChange] Allocated … GiB for max tokens in paged KV cache (…).\` a rank. \`curl -s http://127.0.0.1:${metrics}/metrics | grep nv_trt_llm_kv_cache_block_metrics\` gives the same: type \`max\` times type \`tokens_per\`. The plan expects:`;
}

function startSection({ deployments }: PlanDocument, hosts: readonly TritonHost[]): string {
  const version = deployments[0]?.engine.version ?? "";
  const tag = launcherFactAt("triton", "tag", version);
  const image =
    tag === undefined
      ? "a Triton container"
      : markdownCode(`${launcherFact("triton", "image")}:${tag}-trtllm-python-py3`);
  const commands = hosts.map(({ name, prefix }) => ({
    name,
    commands: [
      `./${prefix}fetch-templates.sh`,
      `./${prefix}build.sh`,
      `./${prefix}start.sh &`,
      `./${prefix}load-models.sh`,
    ],
  }));
  return [
    "## Start",
    `Inside ${image} (TensorRT-LLM ${markdownText(version)}), with **all** cards of the host visible (\`--gpus all\`), \`--ipc=host\`, and the folders of models and engines mounted:`,
    hostCommands(commands),
    "`fetch-templates.sh` copies the `model.py` of the text models: they are TensorRT-LLM's own and not part of this bundle. `build.sh` makes checkpoints and engines, which takes long, and only what is missing. `start.sh` starts Triton with no model; `load-models.sh` loads them in the plan's order and waits for each.",
    "Triton listens on 127.0.0.1 and asks for no key: whoever reaches it may load and unload models too. `BERTH_HOST=0.0.0.0` for `start.sh` and `load-models.sh` opens all three ports to the network (in a container that is needed); put something in front that lets only `/v2/models/*/generate` through.",
    "Engines only load in the TensorRT-LLM that built them, on the compute capability that they were built on.",
  ].join("\n\n");
}

function modelTable({ name, models }: TritonHost, hasTitle: boolean): string {
  const rows = models.map((model, at) => [
    String(at + 1),
    markdownText(model.instances[0].deployment.model),
    markdownCode(model.ensemble),
    markdownCode(model.llm),
    markdownCode(gpuDeviceIds(model)),
    markdownCode(model.tokenizer.folder),
  ]);
  const head = [
    "Load",
    "Model",
    "Ask for",
    "Engine model",
    "Cards (`gpu_device_ids`)",
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
  const commands = hosts.map(({ name, models, ports }) => ({
    name,
    commands: models
      .slice(0, 1)
      .map(
        ({ ensemble }) =>
          `curl -s http://127.0.0.1:${ports.http}/v2/models/${ensemble}/generate -d '{"text_input": "Berths are", "max_tokens": 16}'`,
      ),
  }));
  return [
    "## Ask",
    hostCommands(commands),
    `Streams come from \`generate_stream\` with \`"stream": true\`. \`curl -s -X POST http://127.0.0.1:${hosts[0]?.ports.http ?? ""}/v2/repository/index\` lists the models.`,
  ].join("\n\n");
}

function scriptSection(hosts: readonly TritonHost[]): string {
  const commands = hosts.map(({ name, prefix, ports }) => ({
    name,
    commands: [
      `CUDA_DEVICE_ORDER=PCI_BUS_ID python3 ${launcherFact("triton", "launchScript")} --multi-model --world_size=1 --model_repo=${prefix}repository --http_port=${ports.http} --grpc_port=${ports.grpc} --metrics_port=${ports.metrics}`,
    ],
  }));
  return [
    "## The same with NVIDIA's script",
    hostCommands(commands),
    "It loads all models at once, four at a time and in no promised order: where models share a card, each one's KV cache then depends on who comes first. It also ends as soon as the server runs, so nothing can supervise it, and its server listens on all addresses. `start.sh` does none of this.",
  ].join("\n\n");
}

const FILES = `- \`repository/\`: the model repository; \`1/.gitkeep\` only keeps the version folders
- \`fetch-templates.sh\`, \`build.sh\`, \`start.sh\`, \`load-models.sh\`: the four steps
- \`plan.json\`: the plan that these files were written from`;
