import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { overridable, shellCommand, shellQuote } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
import { HERE } from "../triton/script-parts.ts";
import type { TritonHost } from "./repository.ts";

/** Copies TensorRT-LLM's own model.py files to where the repository needs them. */
export function fetchScript({ tokenizers }: TritonHost): string {
  const copies = tokenizers.flatMap(({ preprocessing, postprocessing }) => [
    `copy preprocessing ${shellQuote(preprocessing)}`,
    `copy postprocessing ${shellQuote(postprocessing)}`,
  ]);
  return `${[
    "#!/bin/sh",
    "# Copies model.py of the text models from the Triton container (or a checkout of",
    "# tensorrtllm_backend; set BERTH_TEMPLATES to its all_models/inflight_batcher_llm).",
    "set -eu",
    HERE,
    ...overridable("templates", "BERTH_TEMPLATES", launcherFact("triton", "templates")),
    FETCH_FUNCTIONS,
    ...copies,
  ].join("\n")}\n`;
}

const FETCH_FUNCTIONS = `
copy() {
  if [ ! -f "$templates/$1/1/model.py" ]; then
    printf 'fetch-templates: there is no %s\\n' "$templates/$1/1/model.py" >&2
    exit 1
  fi
  cp -- "$templates/$1/1/model.py" "$here/repository/$2/1/model.py"
}
`;

/** Starts one Triton server as an orchestrator, with no model loaded yet. */
export function startScript(host: TritonHost): string {
  const files = [
    ...host.builds.map(({ engineFolder }) => shellQuote(`${engineFolder}/config.json`)),
    ...host.tokenizers.flatMap(({ preprocessing, postprocessing }) =>
      [preprocessing, postprocessing].map(
        (name) => `"$here"/repository/${shellQuote(name)}/1/model.py`,
      ),
    ),
  ];
  return `${[
    "#!/bin/sh",
    `# Starts Triton on ${visible(host.name)}. It loads no model by itself: load-models.sh does, in order.`,
    "# BERTH_HOST is the address to listen on (127.0.0.1; in a container 0.0.0.0). Triton asks for no key:",
    "# whoever reaches it may ask the models, and load and unload them.",
    "set -eu",
    HERE,
    ...overridable("address", "BERTH_HOST", "127.0.0.1"),
    `for file in ${files.join(" ")}; do`,
    `  if [ ! -f "$file" ]; then`,
    `    printf 'start: there is no %s; run fetch-templates.sh and build.sh first\\n' "$file" >&2`,
    "    exit 1",
    "  fi",
    "done",
    "",
    ...environment(host),
    "",
    serverCommand(host),
  ].join("\n")}\n`;
}

/** gpu_device_ids are CUDA's ordinals: they are nvidia-smi's indexes only in PCI order, unmasked. */
function environment({ deployments }: TritonHost): string[] {
  const isSlow = deployments.some(
    ({ deployment, gpus }) => gpus.length > 1 && !deployment.hasPeerToPeer,
  );
  return [
    "# gpu_device_ids count the cards as nvidia-smi does: PCI order, and every card visible.",
    "export CUDA_DEVICE_ORDER=PCI_BUS_ID",
    "unset CUDA_VISIBLE_DEVICES",
    "export TRTLLM_ORCHESTRATOR=1",
    "export TRTLLM_ORCHESTRATOR_SPAWN_PROCESSES=1",
    ...(isSlow
      ? [
          "# Some models lie on cards that can't read each other's memory: NCCL goes through the host.",
          "export NCCL_P2P_DISABLE=1",
        ]
      : []),
  ];
}

/**
 * What launch_triton_server.py --multi-model would start, and more: no model at first, one load at
 * a time. The pool flags keep the orchestrator itself from taking memory on every card.
 */
function serverCommand({ gpuCount, ports }: TritonHost): string {
  const server = launcherFact("triton", "server");
  const pools = Array.from({ length: gpuCount }, (_, gpu) => gpu);
  return shellCommand([
    "exec mpirun --allow-run-as-root",
    `-n 1 ${server}`,
    `--model-repository="$here"/repository`,
    "--model-control-mode=explicit",
    "--model-load-thread-count=1",
    ...Object.entries(ports).flatMap(([endpoint, port]) => [
      `--${endpoint}-address="$address"`,
      `--${endpoint}-port=${port}`,
    ]),
    "--pinned-memory-pool-byte-size=0",
    "--enable-peer-access=false",
    ...pools.map((gpu) => `--cuda-memory-pool-byte-size=${gpu}:0`),
    "--disable-auto-complete-config",
    "--backend-config=python,shm-region-prefix-name=berth_",
  ]);
}

/** Loads the models in the plan's start order; each answer comes when its memory is allocated. */
export function loadScript({ name, models, ports }: TritonHost): string {
  const names = models.flatMap(({ llm, tokenizer, ensemble }) => [
    llm,
    tokenizer.preprocessing,
    tokenizer.postprocessing,
    ensemble,
  ]);
  const loads = [...new Set(names)].map((each) => `load ${shellQuote(each)}`);
  return `${[
    "#!/bin/sh",
    `# Loads the models of ${visible(name)}, one after the other: Triton itself promises no order,`,
    "# and a fraction is of what is free at that moment.",
    "set -eu",
    "# A server that listens everywhere is asked on the loopback address.",
    ...overridable("address", "BERTH_HOST", "127.0.0.1"),
    `if [ "$address" = 0.0.0.0 ]; then address=127.0.0.1; fi`,
    `server=\${BERTH_TRITON_URL:-http://$address:${ports.http}}`,
    `timeout_s=\${BERTH_START_TIMEOUT_S:-1800}`,
    LOAD_FUNCTIONS,
    ...loads,
    "say 'all models are loaded'",
  ].join("\n")}\n`;
}

const LOAD_FUNCTIONS = `
say() {
  printf 'load-models: %s\\n' "$1"
}

fail() {
  printf 'load-models: %s\\n' "$1" >&2
  exit 1
}

load() {
  say "loading $1"
  curl -fsS --max-time "$timeout_s" -o /dev/null -X POST "$server/v2/repository/models/$1/load" ||
    fail "$1 was not loaded; the server's own output says why. Nothing after it was tried."
  curl -fsS --max-time 30 -o /dev/null "$server/v2/models/$1/ready" ||
    fail "$1 was loaded but is not ready; see the server's own output"
}

began=$(date +%s)
until curl -fsS -o /dev/null --max-time 5 "$server/v2/health/live" 2>/dev/null; do
  if [ $(($(date +%s) - began)) -ge "$timeout_s" ]; then fail "no answer from $server"; fi
  sleep 1
done
`;
