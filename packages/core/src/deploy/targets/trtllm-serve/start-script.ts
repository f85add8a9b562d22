import { launcherFactAt } from "../../../catalog/launcher-catalog.ts";
import type { PlanGpu } from "../../../documents/plan-document.ts";
import { overridable, shellCommand, shellQuote } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
import { followsCheckpoint } from "./config.ts";
import { needsConversion, type Server } from "./server.ts";

/** Starts one server in the foreground, pinned to its cards. */
export function startScript(server: Server): string {
  const { deployment, gpus } = server;
  const cards = gpus.map(({ id, catalogId }) => visible(`${id} ${catalogId}`)).join(", ");
  return `${[
    "#!/bin/sh",
    `# Serves ${visible(deployment.model)}, replica ${deployment.replica}, on ${cards}.`,
    "set -eu",
    `here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)`,
    "",
    ...pinning(gpus),
    ...peerToPeer(server),
    "",
    ...modelPath(server),
    ...kvCheck(server),
    "",
    serveCommand(server),
  ].join("\n")}\n`;
}

/** CUDA counts the cards in PCI order, as nvidia-smi does; its own default is fastest first. */
function pinning(gpus: readonly PlanGpu[]): string[] {
  const uuids = gpus.flatMap(({ uuid }) => uuid ?? []);
  const hasAll = uuids.length === gpus.length;
  const ids = hasAll ? uuids : gpus.map(({ index }) => String(index));
  return [
    "export CUDA_DEVICE_ORDER=PCI_BUS_ID",
    ...(hasAll
      ? []
      : [
          "# By index: the inventory did not print the UUID of every card. Indexes may change when",
          "# cards are added or moved; take the inventory again with nvidia-smi -q -x.",
        ]),
    `export CUDA_VISIBLE_DEVICES=${shellQuote(ids.join(","))}`,
  ];
}

function peerToPeer({ deployment, gpus }: Server): string[] {
  return deployment.hasPeerToPeer || gpus.length < 2
    ? []
    : [
        "# These cards can't read each other's memory: NCCL goes through the host.",
        "export NCCL_P2P_DISABLE=1",
      ];
}

function modelPath(server: Server): string[] {
  const { deployment, pathVariable } = server;
  if (!needsConversion(server)) {
    return overridable("model", pathVariable, deployment.source);
  }
  const problem =
    `set ${pathVariable} to a checkpoint in ${deployment.quantization}: ` +
    `the model's own files hold ${deployment.storedQuantization} (README.md says how to make one)`;
  return [
    `# The plan counts on ${deployment.quantization}, the model's own files hold ${deployment.storedQuantization}.`,
    `model=\${${pathVariable}:-}`,
    `if [ -z "$model" ]; then`,
    `  printf '%s\\n' ${shellQuote(problem)} >&2`,
    "  exit 2",
    "fi",
  ];
}

/** A checkpoint that asks for another KV cache than the planned 16 bits must not be served silently. */
function kvCheck({ deployment }: Server): string[] {
  if (!followsCheckpoint(deployment)) {
    return [];
  }
  const { kvCacheDtype } = deployment;
  return [
    "",
    `# The plan counts on a ${kvCacheDtype} KV cache. No setting forces it: a checkpoint may ask for another.`,
    `for file in "$model/hf_quant_config.json" "$model/config.json"; do`,
    `  if [ -f "$file" ] && tr -d '[:space:]' <"$file" | grep -Eq ${shellQuote(ASKS_FOR_KV)}; then`,
    `    printf 'start: %s asks for a KV cache of its own, the plan counts on ${kvCacheDtype}; plan it with kvCacheDtype auto\\n' "$file" >&2`,
    "    exit 2",
    "  fi",
    "done",
    `if [ ! -d "$model" ]; then`,
    `  printf 'start: %s is no folder to look into: should its files ask for another KV cache than ${kvCacheDtype}, it gets that\\n' "$model" >&2`,
    "fi",
  ];
}

/** In hf_quant_config.json or quantization_config, as ModelOpt and compressed-tensors write it. */
const ASKS_FOR_KV = '"kv_cache_(quant_algo":"[A-Za-z]|scheme":[{])';

function serveCommand({ deployment, file, port }: Server): string {
  const { version } = deployment.engine;
  const servedName = launcherFactAt("trtllm-serve", "servedNameFlag", version);
  return shellCommand([
    "exec trtllm-serve serve",
    `--host "\${BERTH_HOST:-127.0.0.1}"`,
    `--port ${shellQuote(String(port))}`,
    ...(servedName === undefined ? [] : [`${servedName}=${shellQuote(deployment.model)}`]),
    `${launcherFactAt("trtllm-serve", "configFlag", version) ?? "--config"} "$here/../config/${file}.yaml"`,
    `-- "$model"`,
  ]);
}
