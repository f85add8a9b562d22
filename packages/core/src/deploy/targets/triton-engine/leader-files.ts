import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDeployment } from "../../../documents/plan-document.ts";
import type { FilesStart } from "../../servers/engine-launcher.ts";
import type { ServerFile, TritonModel } from "../../servers/engine-server.ts";
import { overridable, shellQuote } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
import { tritonPortsFrom } from "../triton/ports.ts";
import { HERE } from "../triton/script-parts.ts";
import { engineFolders } from "./folders.ts";
import { leaderCommand } from "./leader-script.ts";
import { type TritonHost, type TritonServer, tritonHosts } from "./repository.ts";
import { repositoryModels } from "./repository-models.ts";

/** The Triton hosts of a plan whose engines lead themselves, whatever else the plan has. */
export function leaderHosts({
  plan,
  names,
  options,
}: Pick<FilesStart, "plan" | "names" | "options">): readonly TritonHost[] {
  const deployments = plan.deployments.filter(({ engine }) => engine.id === "tensorrt-llm-engine");
  return tritonHosts({ ...plan, deployments }, { ...options, tritonMode: "leader" }, names);
}

interface Leader {
  readonly server: TritonServer;
  readonly model: TritonServer["models"][0];
  readonly deployment: PlanDeployment;
}

function leaderServer(start: FilesStart): Leader | undefined {
  const servers = leaderHosts(start).flatMap((host) => host.servers);
  for (const server of servers) {
    const [model] = server.models;
    if (model?.instances[0].deployment === start.deployment) {
      return { server, model, deployment: start.deployment };
    }
  }
  return undefined;
}

/** What clients of this server ask for, and what has to be on its host. */
export function leaderOf(start: FilesStart): TritonModel | undefined {
  const found = leaderServer(start);
  if (found === undefined) {
    return undefined;
  }
  const { models, engines } = engineFolders(start.options);
  const { ensemble, tokenizer, build } = found.model;
  const tokenizerFolder = tokenizer.folder;
  const isInModels = tokenizerFolder.startsWith(`${models}/`);
  return {
    name: ensemble,
    engineFolder: build.engineFolder,
    tokenizerFolder,
    folders: [isInModels ? models : tokenizerFolder, engines],
  };
}

/** A configuration a model, and what makes a repository of them where the server runs. */
export function leaderFiles(start: FilesStart): readonly ServerFile[] {
  const found = leaderServer(start);
  if (found === undefined) {
    return [];
  }
  const folder = `triton/${start.file}`;
  return [
    { path: `${folder}/start.sh`, text: startScript(found, start) },
    ...repositoryModels(found.server).map(({ name, config }) => ({
      path: `${folder}/${name}.pbtxt`,
      text: config,
    })),
  ];
}

/**
 * Started with the address to listen on. Triton wants a folder that it finds everything in: that is put together anew
 * at each start, from the files beside the script and the Python code that comes with TensorRT-LLM.
 */
function startScript({ server, model, deployment }: Leader, { file, port }: FilesStart): string {
  const models = repositoryModels(server).map(({ name, template = "" }) =>
    ["model", shellQuote(name), template].filter((word) => word !== "").join(" "),
  );
  return `${[
    "#!/bin/sh",
    `# start.sh ADDRESS: Triton with ${visible(deployment.model)}, replica ${deployment.replica}, a process a card.`,
    "# BERTH_TEMPLATES is TensorRT-LLM's all_models/inflight_batcher_llm, BERTH_RUN_DIR where the repository is put.",
    "set -eu",
    HERE,
    "address=$1",
    ...overridable("templates", "BERTH_TEMPLATES", launcherFact("triton", "templates")),
    `repository=\${BERTH_RUN_DIR:-$here/../../run}/${file}`,
    FUNCTIONS,
    `need ${shellQuote(`${model.build.engineFolder}/config.json`)} 'build.sh makes it'`,
    `need ${shellQuote(model.tokenizer.folder)} "the tokenizer is read from the model's own files"`,
    'rm -rf -- "$repository"',
    ...models,
    "# Each model leads itself.",
    "unset TRTLLM_ORCHESTRATOR TRTLLM_ORCHESTRATOR_SPAWN_PROCESSES",
    "# In a job of Slurm mpirun counts tasks, of which the job has one for all ranks.",
    "set --",
    `if [ -n "\${SLURM_JOB_ID:-}" ]; then set -- --oversubscribe; fi`,
    leaderCommand(
      { file, models: server.models, ports: tritonPortsFrom(port) },
      {
        ranks: model.instances[0].gpus.length,
        repository: '"$repository"',
        own: ['"$@"'],
      },
    ),
  ].join("\n")}\n`;
}

const FUNCTIONS = `
need() {
  if [ ! -e "$1" ]; then
    printf 'start: there is no %s: %s; README.md says more\\n' "$1" "$2" >&2
    exit 1
  fi
}

# model NAME [TEMPLATE]
model() {
  mkdir -p -- "$repository/$1/1"
  cp -- "$here/$1.pbtxt" "$repository/$1/config.pbtxt"
  if [ -n "\${2:-}" ]; then
    need "$templates/$2/1/model.py" 'it comes with TensorRT-LLM'
    cp -R -- "$templates/$2/1/." "$repository/$1/1/"
  fi
}
`;
