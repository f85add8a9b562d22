import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact } from "@berth/core/deploy";
import {
  type ClusterProgress,
  type ClusterUnit,
  isInQueue,
  readSlurmJob,
  type SlurmJob,
  slurmProgress,
} from "@berth/core/launch";
import { type Program, runProgram, tryProgram } from "../../io/run.ts";
import { ToolError } from "../../tool-error.ts";
import { growingPauses } from "../growing-pauses.ts";
import type { Cluster, ClusterCommand } from "./cluster.ts";

const TIMEOUT_SECONDS = 60;
const GONE_MS = 120_000;
const POLL_MS = 500;
const HASH_CHARACTERS = 16;

export interface SlurmBundle {
  readonly bundle: string;
  readonly artifacts: readonly Artifact[];
  /** Words for every sbatch: a partition, memory, processors. */
  readonly options: readonly string[];
}

/** A bundle's jobs: submitted one after another, told from others by their names and a comment. */
export class SlurmCluster implements Cluster {
  readonly units: readonly ClusterUnit[];
  readonly beginning: readonly ClusterCommand[] = [];
  readonly #bundle: SlurmBundle;
  /** Ids of jobs by the names of their parts. */
  readonly #jobs = new Map<string, string>();
  /** Those that this call submitted, in order. */
  readonly #submitted: string[] = [];

  constructor(units: readonly ClusterUnit[], bundle: SlurmBundle) {
    this.units = units;
    this.#bundle = bundle;
  }

  get ending(): readonly ClusterCommand[] {
    return [{ words: ["scancel", "JOB"] }];
  }

  commands = (unit: ClusterUnit): readonly ClusterCommand[] => [
    { words: ["sbatch", ...this.#submission(unit)], folder: this.#folder(unit) },
    { words: ["squeue", ...queueWords("JOB")] },
    ...unit.engines.map((engine) => ({ words: ["srun", ...askWords("JOB", engine)] })),
  ];

  look = async (): Promise<ReadonlySet<string>> => {
    const staying = new Set<string>();
    for (const unit of this.units) {
      const args = ["--me", "--noheader", `--name=berth-${unit.name}`, "--format=%i|%T|%k"];
      const text = await runProgram(call("squeue", args, "asking for jobs"));
      for (const line of text.split("\n").filter((one) => one.trim() !== "")) {
        const [id = "", state, comment] = line.trim().split("|");
        const job = readSlurmJob(state);
        if (job === undefined || !isInQueue(job)) {
          continue;
        }
        if (comment !== this.#comment(unit)) {
          throw new ToolError(
            `job ${id} is called berth-${unit.name} and was not submitted from this plan: end it with scancel ${id}`,
          );
        }
        this.#jobs.set(unit.name, id);
        staying.add(unit.name);
      }
    }
    return staying;
  };

  begin = async (): Promise<void> => undefined;

  start = async (unit: ClusterUnit): Promise<void> => {
    const program = call("sbatch", this.#submission(unit), `submitting ${unit.name}`);
    const printed = await runProgram({ ...program, folder: this.#folder(unit) });
    // JOB, or JOB;CLUSTER
    const id = /^\d+/m.exec(printed)?.[0];
    if (id === undefined) {
      throw new ToolError(`submitting ${unit.name}: sbatch printed no number of a job`);
    }
    this.#jobs.set(unit.name, id);
    this.#submitted.push(unit.name);
  };

  progress = async (unit: ClusterUnit): Promise<ClusterProgress> => {
    const id = this.#idOf(unit);
    const job = await jobOf(id);
    const told = slurmProgress(job);
    if (told !== undefined) {
      return told;
    }
    for (const engine of unit.engines) {
      const program = call("srun", askWords(id, engine), `asking ${engine.name}`);
      if (!(await tryProgram(program)).isDone) {
        return { is: "waiting", stage: `${job.state}, ${engine.name} does not answer yet` };
      }
    }
    return { is: "ready" };
  };

  /** Written by the job itself, into the folder that all nodes see. */
  logs = async (unit: ClusterUnit): Promise<readonly string[]> => {
    const folder = this.#folder(unit);
    const own = join(folder, `berth-${unit.name}-${this.#idOf(unit)}.log`);
    const files: string[] = [];
    for (const { name } of unit.engines) {
      const file = join(folder, "logs", `${name}.log`);
      const found = unit.engines.length > 1 && (await isThere(file)) ? file : own;
      // a job that waits has written nothing
      files.push(...((await isThere(found)) ? [found] : []));
    }
    return files;
  };

  rollBack = async (): Promise<readonly string[]> => {
    const stopped: string[] = [];
    for (const name of this.#submitted.toReversed()) {
      const id = this.#jobs.get(name) ?? "";
      await runProgram(call("scancel", [id], `cancelling ${name}`));
      const end = Date.now() + GONE_MS;
      const pause = growingPauses(POLL_MS);
      while (isInQueue(await jobOf(id)) && Date.now() < end) {
        await pause();
      }
      stopped.push(`${name} (job ${id})`);
    }
    return stopped;
  };

  #submission(unit: ClusterUnit): readonly string[] {
    const { options } = this.#bundle;
    return ["--parsable", `--comment=${this.#comment(unit)}`, ...options, "job.sh"];
  }

  #folder({ name }: ClusterUnit): string {
    return join(this.#bundle.bundle, "jobs", name);
  }

  /** Another one for every other set of files. */
  #comment({ name }: ClusterUnit): string {
    const hash = createHash("sha256");
    for (const { path, text } of this.#bundle.artifacts) {
      if (path.startsWith(`jobs/${name}/`)) {
        hash.update(`${path}\0${text}\0`);
      }
    }
    return `berth-${hash.digest("hex").slice(0, HASH_CHARACTERS)}`;
  }

  #idOf({ name }: ClusterUnit): string {
    return this.#jobs.get(name) ?? "";
  }
}

function call(command: string, args: readonly string[], what: string): Program {
  return { command, args, what, timeoutSeconds: TIMEOUT_SECONDS };
}

function queueWords(id: string): readonly string[] {
  return ["--noheader", `--jobs=${id}`, "--states=all", "--format=%T|%r"];
}

/** Asks a server on the first node of its job, beside what runs there. */
function askWords(
  id: string,
  { port, readyPath }: ClusterUnit["engines"][number],
): readonly string[] {
  const host = process.env["BERTH_HOST"] ?? "";
  const address = host === "" || host === "0.0.0.0" ? "127.0.0.1" : host;
  return [
    ...[`--jobid=${id}`, "--overlap", "--nodes=1", "--ntasks=1", "--relative=0", "--gres=none"],
    ...["curl", "-fsS", "-o", "/dev/null", "--max-time", "5"],
    `http://${address}:${port}${readyPath}`,
  ];
}

/** As the queue has it, else as accounting does: an ended job leaves the queue after a while. */
async function jobOf(id: string): Promise<SlurmJob> {
  const queue = await tryProgram(call("squeue", queueWords(id), `asking for job ${id}`));
  const queued = queue.isDone ? readSlurmJob(queue.stdout.split("\n")[0]) : undefined;
  if (queued !== undefined && isInQueue(queued)) {
    return queued;
  }
  const args = [
    ...["--noheader", "--parsable2", "--allocations", `--jobs=${id}`],
    "--format=State,ExitCode",
  ];
  const kept = await tryProgram(call("sacct", args, `asking for job ${id}`));
  const job = kept.isDone ? readSlurmJob(kept.stdout.split("\n")[0]) : undefined;
  const found = job ?? (queued === undefined ? undefined : { ...queued, detail: "" });
  if (found === undefined) {
    throw new ToolError(
      `asking for job ${id}: ${queue.isDone ? "squeue lists it no more" : queue.sentence}, and ${kept.isDone ? "sacct has nothing of it" : kept.sentence}`,
    );
  }
  return found;
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
