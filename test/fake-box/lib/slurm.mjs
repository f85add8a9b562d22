// sbatch, squeue, sacct, scancel and srun as far as a launch needs them; jobs are processes of this host.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { jobs, newJob, readJob, writeJob } from "./jobs.mjs";
import { readBox } from "./ledger.mjs";
import { fail, flagsOf, say } from "./program.mjs";

const { cards, slurm = {} } = readBox();
const program = basename(process.argv[1]);
const words = process.argv.slice(2);
const PROGRAMS = { sbatch, squeue, sacct, scancel, srun };
await PROGRAMS[program]();

async function sbatch() {
  const flags = { parsable: 0, comment: 1, mem: 1, "cpus-per-task": 1, partition: 1 };
  const { options, rest } = flagsOf(words, flags);
  if (slurm.refuses !== undefined) {
    fail(1, `sbatch: error: Batch job submission failed: ${slurm.refuses}`);
  }
  const script = readFileSync(rest[0], "utf8");
  const asked = Object.fromEntries(
    [...script.matchAll(/^#SBATCH --([a-z-]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  const count = [...asked.gres.matchAll(/gpu:[a-z0-9]+:(\d+)/g)]
    .map(([, number]) => Number(number))
    .reduce((sum, number) => sum + number, 0);
  const taken = jobs()
    .filter(({ state }) => state === "RUNNING")
    .flatMap((job) => job.cards);
  const free = cards.map((_, index) => index).filter((index) => !taken.includes(index));
  const isPending = slurm.isFull === true || free.length < count;
  const job = newJob({
    name: asked["job-name"],
    comment: options.comment ?? "",
    script: resolve(rest[0]),
    folder: process.cwd(),
    options,
    cards: free.slice(0, count),
    state: isPending ? "PENDING" : "STARTING",
    detail: isPending ? "Resources" : "",
  });
  if (!isPending) {
    spawn(process.execPath, [join(import.meta.dirname, "slurmd.mjs"), String(job.id)], {
      detached: true,
      stdio: "ignore",
    }).unref();
    while (readJob(job.id).state === "STARTING") {
      await sleep(20);
    }
  }
  say(options.parsable === undefined ? `Submitted batch job ${job.id}` : String(job.id));
}

/** An ended job has left the queue at once here. */
async function squeue() {
  const flags = { me: 0, noheader: 0, name: 1, jobs: 1, states: 1, format: 1 };
  const { options } = flagsOf(words, flags);
  const queued = jobs().filter(({ state }) => state === "PENDING" || state === "RUNNING");
  const found = queued.filter(
    ({ id, name }) =>
      (options.jobs === undefined || String(id) === options.jobs) &&
      (options.name === undefined || name === options.name),
  );
  if (options.jobs !== undefined && found.length === 0) {
    fail(1, "slurm_load_jobs error: Invalid job id specified");
  }
  for (const { id, state, comment, detail } of found) {
    const fields = { i: id, T: state, k: comment, r: detail === "" ? "None" : detail };
    say(options.format.replace(/%([a-zA-Z])/g, (_, letter) => String(fields[letter])));
  }
}

async function sacct() {
  const flags = { noheader: 0, parsable2: 0, allocations: 0, jobs: 1, format: 1 };
  const { options } = flagsOf(words, flags);
  if (slurm.hasNoAccounting === true) {
    fail(1, "Slurm accounting storage is disabled");
  }
  const job = readJob(options.jobs);
  if (job !== undefined) {
    say(`${job.state}|${job.detail}`);
  }
}

async function scancel() {
  const job = readJob(words[0]);
  if (job === undefined) {
    fail(1, `scancel: error: Kill job error on job id ${words[0]}: Invalid job id specified`);
  }
  const isOver = job.pid === undefined || !["PENDING", "RUNNING"].includes(job.state);
  writeJob({ ...job, state: job.state === "RUNNING" ? "RUNNING" : "CANCELLED", isCancelled: true });
  if (!isOver) {
    process.kill(-job.pid, "SIGTERM");
  }
}

/** A step of a running job. */
async function srun() {
  const flags = { jobid: 1, overlap: 0, nodes: 1, ntasks: 1, relative: 1, gres: 1 };
  const at = words.findIndex((word) => !word.startsWith("--"));
  const { options } = flagsOf(words.slice(0, at), flags);
  if (readJob(options.jobid)?.state !== "RUNNING") {
    fail(
      1,
      `srun: error: Unable to confirm allocation for job ${options.jobid}: Invalid job id specified`,
    );
  }
  const [command, ...args] = words.slice(at);
  process.exit(spawnSync(command, args, { stdio: "inherit" }).status ?? 1);
}
