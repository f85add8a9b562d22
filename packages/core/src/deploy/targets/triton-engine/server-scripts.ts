import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { overridable, shellCommand, shellQuote } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
import { noPools, portOptions } from "../triton/ports.ts";
import { HERE } from "../triton/script-parts.ts";
import { needFiles } from "./need-files.ts";
import type { TritonHost, TritonServer } from "./repository.ts";
import { repositoryModels } from "./repository-models.ts";

/** Copies TensorRT-LLM's own Python code to where the repositories need it. */
export function fetchScript({ servers }: TritonHost): string {
  const copies = servers.flatMap((server) =>
    repositoryModels(server).flatMap(({ name, template }) =>
      template === undefined
        ? []
        : [`copy ${template} ${shellQuote(`${server.repository}/${name}`)}`],
    ),
  );
  return `${[
    "#!/bin/sh",
    "# Copies the Python code of the models from the Triton container (or a checkout of",
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
  cp -R -- "$templates/$1/1/." "$here/$2/1/"
}
`;

/** Starts one Triton server as an orchestrator; where it spawns its workers, no model is loaded yet. */
export function startScript(host: TritonHost, server: TritonServer): string {
  const spawns = host.mode === "orchestrator";
  return `${[
    "#!/bin/sh",
    ...(spawns
      ? [
          `# Starts Triton on ${visible(host.name)}. It loads no model by itself: load-models.sh does, in order.`,
        ]
      : [
          `# Starts Triton on ${visible(host.name)}, and a process a card beside it: all models load at once.`,
        ]),
    "# BERTH_HOST is the address to listen on (127.0.0.1; in a container 0.0.0.0). Triton asks for no key:",
    "# whoever reaches it may ask the models, and load and unload them.",
    "set -eu",
    HERE,
    ...overridable("address", "BERTH_HOST", "127.0.0.1"),
    ...needFiles(host, server, '"$here"/'),
    "",
    ...orchestratorEnvironment(host),
    "",
    spawns ? spawningCommand(host, server) : prestartedCommand(host, server),
  ].join("\n")}\n`;
}

/** gpu_device_ids are CUDA's ordinals: they are nvidia-smi's indexes only in PCI order, unmasked. */
export function orchestratorEnvironment({ mode, deployments }: TritonHost): readonly string[] {
  const isSlow = deployments.some(
    ({ deployment, gpus }) => gpus.length > 1 && !deployment.hasPeerToPeer,
  );
  return [
    "# gpu_device_ids count the cards as nvidia-smi does: PCI order, and every card visible.",
    "export CUDA_DEVICE_ORDER=PCI_BUS_ID",
    "unset CUDA_VISIBLE_DEVICES",
    "export TRTLLM_ORCHESTRATOR=1",
    `export TRTLLM_ORCHESTRATOR_SPAWN_PROCESSES=${mode === "orchestrator" ? 1 : 0}`,
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
function spawningCommand({ gpuCount }: TritonHost, { repository, ports }: TritonServer): string {
  return shellCommand([
    "exec mpirun --allow-run-as-root",
    `-n 1 ${launcherFact("triton", "server")}`,
    `--model-repository="$here"/${repository}`,
    "--model-control-mode=explicit",
    "--model-load-thread-count=1",
    ...portOptions(ports),
    ...noPools(gpuCount),
    "--disable-auto-complete-config",
    "--backend-config=python,shm-region-prefix-name=berth_",
  ]);
}

/**
 * What launch_triton_server.py --multi-model --disable-spawn-processes would start. As many loads at once as there are
 * models: a rank that waits for the other ranks of one model must not keep them waiting for the next.
 */
function prestartedCommand(
  { gpuCount }: TritonHost,
  { repository, models, ports }: TritonServer,
): string {
  const workers = models.flatMap(({ instances }) => instances.flatMap(({ gpus }) => gpus));
  const rank = (at: number): readonly string[] => [
    `-n 1 ${launcherFact("triton", "server")}`,
    `--model-repository="$here"/${repository}`,
    ...(at === 0
      ? []
      : [
          "--model-control-mode=explicit",
          ...models.map(({ llm }) => `--load-model=${shellQuote(llm)}`),
        ]),
    `--model-load-thread-count=${models.length}`,
    ...portOptions(ports),
    ...noPools(gpuCount),
    "--disable-auto-complete-config",
    `--backend-config=python,shm-region-prefix-name=berth_${at}_`,
  ];
  // lines of several models come at once: each says its rank
  return mpirun([rank(0), ...workers.map((_, at) => rank(at + 1))], ["--tag-output"]);
}

/** One mpirun with a part a rank, after words of its own. */
export function mpirun(ranks: readonly (readonly string[])[], own: readonly string[] = []): string {
  const parts = ranks.map((words, at) =>
    words.map((word, place) =>
      place === words.length - 1 && at < ranks.length - 1 ? `${word} :` : word,
    ),
  );
  return shellCommand(["exec mpirun --allow-run-as-root", ...own, ...parts.flat()]);
}
