import { launcherFact, launcherFactAt } from "../../../catalog/launcher-catalog.ts";
import type { PlanDocument } from "../../../documents/plan-document.ts";
import type { Quantization } from "../../../model/quantization.ts";
import { hostCommands, kvSection, memorySection, openSection, readme } from "../../readme.ts";
import type { EngineServer, ServerHost } from "../../servers/engine-server.ts";
import { followsCheckpoint } from "../../servers/engines/trtllm-serve/config.ts";
import { needsConversion } from "../../servers/model-files.ts";
import { markdownCode, markdownTable, markdownText } from "../../text/markdown.ts";

const KV_LINE =
  "Each log holds, twice, a line `[MemUsageChange] Allocated … GiB for max tokens in paged KV cache (…)`; " +
  "the last one counts. `grep 'max tokens in paged KV cache' logs/*.log` shows them; the number in brackets should be:";

export function serveReadme(plan: PlanDocument, hosts: readonly ServerHost[]): string {
  const servers = hosts.flatMap((host) => host.servers);
  return readme([
    "# Serving with trtllm-serve",
    "One `trtllm-serve` process a model, each pinned to its cards, started one after the other. The order matters: an engine's fraction is of what it finds free.",
    startSection(hosts, servers),
    "## Servers",
    hosts.map((host) => serverTable(host, hosts.length > 1)).join("\n\n"),
    nameSection(servers),
    conversionSection(servers),
    kvTypeSection(servers),
    memorySection(plan),
    kvSection(plan, KV_LINE),
    "A server is up when `curl -f http://127.0.0.1:PORT/health` succeeds; `curl http://127.0.0.1:PORT/v1/models` names its model.",
    openSection(plan),
    "## Files",
    FILES,
  ]);
}

function startSection(hosts: readonly ServerHost[], servers: readonly EngineServer[]): string {
  const versions = [...new Set(servers.map(({ deployment }) => deployment.engine.version))];
  const images = versions.map((version) =>
    markdownCode(`${launcherFact("trtllm-serve", "image")}:${version}`),
  );
  const commands = hosts.map(({ name, prefix }) => ({
    name,
    commands: [`./${prefix}start-all.sh`],
  }));
  return [
    "## Start",
    `Inside ${images.join(" or ")}, or wherever that TensorRT-LLM is installed, with all cards of the host visible and \`--ipc=host\`:`,
    hostCommands(commands),
    "It needs `curl`, waits for each server's `/health` before it starts the next, and stops what it started, newest first, when one fails or ends later: it then ends with an error, so that whatever supervises it can start all again in order. The servers listen on 127.0.0.1 and ask for no key; `BERTH_HOST=0.0.0.0` opens them to the network (in a container that is needed).",
    "Flags differ between versions: `trtllm-serve serve --help` lists those of yours.",
  ].join("\n\n");
}

function serverTable({ name, servers }: ServerHost, hasTitle: boolean): string {
  const rows = servers.map(({ deployment, port, file, gpus }, at) => [
    String(at + 1),
    markdownText(deployment.model),
    String(deployment.replica),
    String(port),
    gpus.map(({ id }) => markdownText(id)).join(", "),
    `${deployment.tp} × ${deployment.pp}`,
    `${deployment.quantization}, KV ${deployment.kvCacheDtype}`,
    markdownCode(`${file}.sh`),
  ]);
  const head = ["Step", "Model", "Replica", "Port", "Cards", "TP × PP", "Weights", "Script"];
  const table = markdownTable(head, rows, ["Step", "Replica", "Port"]);
  return hasTitle ? `### ${markdownText(name)}\n\n${table}` : table;
}

/** Versions without a flag for it call a model by its source. */
function nameSection(servers: readonly EngineServer[]): string {
  const own = servers.filter(
    ({ deployment }) =>
      launcherFactAt("trtllm-serve", "servedNameFlag", deployment.engine.version) === undefined,
  );
  return own.length === 0
    ? ""
    : `TensorRT-LLM ${[...new Set(own.map(({ deployment }) => markdownText(deployment.engine.version)))].join(", ")} has no flag for the served name: \`/v1/models\` shows the Hub id, or the name of the folder that holds the model.`;
}

function conversionSection(servers: readonly EngineServer[]): string {
  const lines = servers
    .filter(({ deployment }) => needsConversion(deployment))
    .map((server) => conversion(server));
  return lines.length === 0
    ? ""
    : [
        "## Checkpoints to make first",
        "These models are planned with other weights than their files hold. Their scripts start only when the variable names a checkpoint in the planned format:",
        [...new Set(lines)].join("\n"),
      ].join("\n\n");
}

function conversion({ deployment, pathVariable }: EngineServer): string {
  const { model, quantization, storedQuantization, source } = deployment;
  return `- ${markdownText(model)} (${markdownCode(source)}): ${storedQuantization} to ${quantization}; ${HOW_TO_GET[quantization]}; then set ${markdownCode(pathVariable)}`;
}

/** What the plan says of the KV cache and no setting can force. */
function kvTypeSection(servers: readonly EngineServer[]): string {
  const models = servers.filter(({ deployment }) => followsCheckpoint(deployment));
  const lines = models.map(
    ({ deployment, pathVariable }) =>
      `- ${markdownText(deployment.model)} (${markdownCode(deployment.source)}): ${deployment.kvCacheDtype}, ${markdownCode(pathVariable)}`,
  );
  return lines.length === 0
    ? ""
    : [
        "## KV caches in 16 bits",
        "`dtype: auto` is the checkpoint's own 16-bit type, unless its files ask for another KV cache (`kv_cache_quant_algo` in `hf_quant_config.json`, `kv_cache_scheme` in `config.json`); TensorRT-LLM has no value that forces 16 bits. The start scripts refuse a folder whose files do. Into a Hub id they can't look, and say so in the log; an FP8 cache shows below, in the check of the KV caches: the planned tokens in half of the planned GiB. Planned with 16 bits, and checked where the variable names a folder:",
        [...new Set(lines)].join("\n"),
      ].join("\n\n");
}

const MODEL_OPT = "quantise it with NVIDIA Model Optimizer (hf_ptq.py, export format hf)";

const HOW_TO_GET = {
  bf16: "take the model's 16-bit repository",
  fp16: "take the model's 16-bit repository",
  fp8: `${MODEL_OPT}, format fp8`,
  "fp8-block": "take the maker's FP8 repository (128 × 128 blocks)",
  "int8-sq": `${MODEL_OPT}, format int8_sq`,
  "int8-wo": `${MODEL_OPT}, format int8_wo`,
  "int4-awq": `${MODEL_OPT}, format int4_awq, or take an AWQ repository of it`,
  "int4-gptq": "take a GPTQ repository of it",
  "w4a8-awq": `${MODEL_OPT}, format w4a8_awq`,
  nvfp4: `${MODEL_OPT}, format nvfp4`,
  mxfp4: "take the maker's MXFP4 repository",
  gguf: "take its GGUF file",
} as const satisfies Record<Quantization, string>;

const FILES = `- \`start-all.sh\`: starts all servers of a host in order
- \`start/*.sh\`: starts one server, with its environment
- \`config/*.yaml\`: everything else, as LlmArgs
- \`plan.json\`: the plan that these files were written from

The path of a model's files can be changed without editing: each start script reads a variable \`MODEL_PATH_…\`.`;
