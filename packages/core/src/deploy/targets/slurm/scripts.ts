import type { EngineServer, ServerNode } from "../../servers/engine-server.ts";
import { startScript, variableLines } from "../../servers/start-script.ts";
import { shellQuote } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
import { cardTypes, needsNode } from "./card-types.ts";
import type { Job } from "./jobs.ts";
import { ADDRESS_FILE } from "./router-job.ts";

/** The batch script of a job, to be submitted from its own folder. */
export function jobScript(job: Job): string {
  return `${[
    "#!/bin/bash",
    ...directives(job).map((line) => `#SBATCH ${line}`),
    ...job.servers.map(
      ({ deployment, port }) =>
        `# ${visible(deployment.model)}, replica ${deployment.replica}: port ${port}`,
    ),
    ...container(job),
    "set -euo pipefail",
    `cd -- "\${SLURM_SUBMIT_DIR:?submit this with sbatch, from its own folder}"`,
    `printf 'job %s runs on %s\\n' "$SLURM_JOB_ID" "$SLURM_JOB_NODELIST"`,
    "# Where its servers listen: on the first of its nodes, which runs this script.",
    `printf '%s\\n' "\${SLURMD_NODENAME:-$(hostname)}" >${ADDRESS_FILE}`,
    ...launch(job),
  ].join("\n")}\n`;
}

function directives(job: Job): readonly string[] {
  const [first] = job.servers;
  const [cards = []] = job.nodes;
  const tasks = first.spread.kind === "mpi" ? first.spread.ranksPerHost : 1;
  return [
    `--job-name=berth-${job.name}`,
    `--nodes=${job.nodes.length}`,
    `--ntasks-per-node=${tasks}`,
    `--gres=${cardTypes(cards)}`,
    ...(needsNode(job) ? [`--nodelist=${cards[0]?.host ?? ""}`] : []),
    "--time=UNLIMITED",
    "--output=%x-%j.log",
  ];
}

/** A line for clusters with pyxis, where one image does for the job and its tag is a tag. */
function container({ servers }: Job): readonly string[] {
  const [image = "", ...others] = new Set(
    servers.map((each) => `${each.image.name}:${each.image.tag}`),
  );
  return others.length > 0 || !/^[\w./:-]+$/.test(image)
    ? []
    : [
        "# In a container (with pyxis), take one # away and mount this folder and the models:",
        `##SBATCH --container-image=${image}`,
      ];
}

function launch({ servers, nodes }: Job): readonly string[] {
  const [first] = servers;
  if (servers.length > 1) {
    return [
      "# They share cards: each starts once the one before it answers.",
      "exec ./start-all.sh",
    ];
  }
  if (nodes.length === 1) {
    return [`exec ./start/${first.file}.sh`];
  }
  return [...TASK_PROCESSORS, ...overNodes(first)];
}

/** Since Slurm 22.05 srun gives a task one processor, whatever the job asked for, unless this says more. */
const TASK_PROCESSORS: readonly string[] = [
  "# srun does not take over the processors a task that the job was given.",
  `if [ -n "\${SLURM_CPUS_PER_TASK:-}" ]; then export SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"; fi`,
];

function overNodes(first: EngineServer): readonly string[] {
  return first.spread.kind === "mpi"
    ? [
        "# One task a rank, hosts one after the other; rank 0 serves.",
        `exec srun --mpi=pmix --distribution=block ./start/${first.file}.sh`,
      ]
    : [
        "# One task a node; the first one serves, and all meet there.",
        `nodes=$(scontrol show hostnames "$SLURM_JOB_NODELIST")`,
        `export ${first.nodes[0].addressVariable}="\${nodes%%$'\\n'*}"`,
        `exec srun --ntasks-per-node=1 ./start/${first.file}.sh`,
      ];
}

/** Starts one server in a job: its cards are some of those that Slurm gave the job. */
export function jobStartScript(server: EngineServer, node: ServerNode, job: Job): string {
  const cards = job.nodes.find(([first]) => first?.host === node.host) ?? [];
  const places = node.gpus.map((gpu) => cards.indexOf(gpu) + 1);
  const rest = node.environment.filter(({ name }) => name !== "CUDA_VISIBLE_DEVICES");
  return startScript(server, node, [
    "# Slurm says which cards the job has; this server's are these of them, counted from 1.",
    `cards=\${CUDA_VISIBLE_DEVICES:?Slurm gave no card: is this a job with --gres?}`,
    `card() { printf '%s' "$cards" | cut -d, -f"$1"; }`,
    `CUDA_VISIBLE_DEVICES="${places.map((place) => `$(card ${place})`).join(",")}"`,
    "export CUDA_VISIBLE_DEVICES",
    ...rest.flatMap(variableLines),
  ]);
}

/** Runs the script of its own node, for engines that start one command a host. */
export function nodeScript({ file }: EngineServer): string {
  return `#!/bin/sh
# Started by srun on every node, each with its own number.
set -eu
exec "\${SLURM_SUBMIT_DIR:?}"/nodes/${shellQuote(file)}-"\${SLURM_NODEID:?}".sh
`;
}

/** Submits every job of the bundle. */
export function submitScript(jobs: readonly Job[], hasRouter = false): string {
  return `${[
    "#!/bin/sh",
    "# Submits every job, with the arguments as options of sbatch.",
    "# What is in the environment goes with them: BERTH_HOST, MODEL_PATH_…, HF_TOKEN.",
    "set -eu",
    `here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)`,
    ...jobs.map(
      ({ name }) =>
        `(cd -- "$here"/jobs/${shellQuote(name)} && rm -f ${ADDRESS_FILE} && sbatch "$@" job.sh)`,
    ),
    ...(hasRouter
      ? [
          "# The router needs no card, and starts when all of them run.",
          '(cd -- "$here/router" && sbatch "$@" job.sh)',
        ]
      : []),
  ].join("\n")}\n`;
}
