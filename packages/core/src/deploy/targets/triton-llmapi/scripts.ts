import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { checkLines } from "../../servers/check-lines.ts";
import { trtllmServeLauncher } from "../../servers/engines/trtllm-serve.ts";
import { peerToPeer, pinning } from "../../servers/pinning.ts";
import { variableLines } from "../../servers/start-script.ts";
import { overridable, shellCommand, shellQuote } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
import { noPools, portOptions } from "../triton/ports.ts";
import { HERE } from "../triton/script-parts.ts";
import type { LlmapiHost, LlmapiServer } from "./server.ts";

/** Starts one Triton server with one model in the foreground, pinned to its cards. */
export function llmapiStartScript(server: LlmapiServer): string {
  const { deployment, gpus, file, modelFolder, modelPath, ports } = server;
  const cards = gpus.map(({ id, catalogId }) => visible(`${id} ${catalogId}`)).join(", ");
  return `${[
    "#!/bin/sh",
    `# Triton with ${visible(deployment.model)}, replica ${deployment.replica}, on ${cards}.`,
    "# What launch_triton_server.py --no-mpi would start: the model starts its own ranks, and mpirun",
    "# around it would get in their way.",
    "set -eu",
    HERE,
    ...overridable("address", "BERTH_HOST", "127.0.0.1"),
    ...overridable("triton", "BERTH_TRITONSERVER", launcherFact("triton", "server")),
    "",
    ...[...pinning(gpus), ...peerToPeer(deployment)].flatMap(variableLines),
    "# It would name another file than model.yaml.",
    "unset LLM_CONFIG_PATH",
    "",
    `model=${shellQuote(modelPath)}`,
    ...mustBeThere(server),
    ...trtllmServeLauncher.checks(deployment).flatMap(checkLines),
    `for file in model.py helpers.py; do`,
    `  if [ ! -f "$here"/../${shellQuote(`${modelFolder}/1/`)}"$file" ]; then`,
    `    printf 'start: there is no %s of the model; run fetch-templates.sh first\\n' "$file" >&2`,
    "    exit 1",
    "  fi",
    "done",
    "",
    shellCommand([
      'exec "$triton"',
      `--model-repository="$here"/../${shellQuote(`repositories/${file}`)}`,
      ...portOptions(ports),
      ...noPools(gpus.length),
      `--backend-config=python,shm-region-prefix-name=${shellQuote(`berth_${file}_`)}`,
    ]),
  ].join("\n")}\n`;
}

/** A folder of the host, which the server would otherwise look for on the Hub. */
function mustBeThere({ modelPath }: LlmapiServer): readonly string[] {
  return modelPath.startsWith("/")
    ? [
        `if [ ! -f "$model/config.json" ]; then`,
        `  printf 'start: there is no %s/config.json; README.md says what belongs there\\n' "$model" >&2`,
        "  exit 1",
        "fi",
      ]
    : [];
}

/** Copies TensorRT-LLM's own model.py and helpers.py to every repository. */
export function llmapiFetchScript({ servers }: LlmapiHost): string {
  return `${[
    "#!/bin/sh",
    "# Copies model.py and helpers.py of the LLM-API model from the Triton container (or a checkout of",
    "# TensorRT-LLM; set BERTH_TEMPLATES to its triton_backend/all_models/llmapi/tensorrt_llm).",
    "set -eu",
    HERE,
    ...overridable("templates", "BERTH_TEMPLATES", launcherFact("triton", "llmapiTemplate")),
    COPY,
    ...servers.map(({ modelFolder }) => `copy ${shellQuote(modelFolder)}`),
  ].join("\n")}\n`;
}

const COPY = `
copy() {
  for file in model.py helpers.py; do
    if [ ! -f "$templates/1/$file" ]; then
      printf 'fetch-templates: there is no %s\\n' "$templates/1/$file" >&2
      exit 1
    fi
    cp -- "$templates/1/$file" "$here/$1/1/$file"
  done
}
`;
