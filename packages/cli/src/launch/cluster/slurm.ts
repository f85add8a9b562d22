import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact } from "@berth/core/deploy";
import {
  type ClusterProgress,
  type ClusterThing,
  type ClusterUnit,
  slurmProgress,
} from "@berth/core/launch";
import { runProgram, tryProgram } from "../../io/run.ts";
import { ToolError } from "../../tool-error.ts";
import type { Cluster, ClusterCommand, ClusterLook } from "./cluster.ts";
import type { KeptCluster } from "./kept-cluster.ts";
import { call, cancel, jobOf, type QueuedJob, queueOf, queueWords } from "./slurm-jobs.ts";

const HASH_CHARACTERS = 16;

/** Words for every sbatch: a partition, memory, processors. */
export interface SlurmBundle {
  readonly folder: string;
  readonly artifacts: readonly Artifact[];
  readonly options: readonly string[];
}

/** A bundle's jobs: submitted one after another, told from others by their names and a comment. */
export class SlurmCluster implements Cluster {
  readonly units: readonly ClusterUnit[];
  readonly beginning: readonly ClusterCommand[] = [];
  readonly #bundle: SlurmBundle;

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

  /** One cluster a machine. */
  where = async (): Promise<undefined> => undefined;

  look = async (kept: KeptCluster): Promise<ClusterLook> => {
    const staying: ClusterThing[] = [];
    for (const unit of this.units) {
      const job = await this.#jobThere(unit, kept.things);
      staying.push(...(job === undefined ? [] : [job]));
    }
    const isStaying = (thing: ClusterThing): boolean => staying.some((one) => isSame(one, thing));
    const stale = kept.things.filter((thing) => !isStaying(thing));
    // jobs of a launch from another folder are known from here on as well
    const known = kept.things.filter(isStaying);
    const found = staying.filter((one) => known.every((thing) => !isSame(thing, one)));
    await kept.keep([...found, ...known.map((thing) => withJob(thing, staying))]);
    return { staying: new Set(staying.map(({ name }) => name)), stale };
  };

  begin = async (): Promise<void> => undefined;

  start = async (unit: ClusterUnit, kept: KeptCluster): Promise<void> => {
    const { name } = unit;
    const thing = { name, comment: this.#comment(unit), isSettled: false };
    await kept.keep([thing]);
    const program = call("sbatch", this.#submission(unit), `submitting ${name}`);
    const printed = await runProgram({ ...program, folder: this.#folder(unit) });
    // JOB, or JOB;CLUSTER
    const job = /^\d+/m.exec(printed)?.[0];
    if (job === undefined) {
      throw new ToolError(`submitting ${name}: sbatch printed no number of a job`);
    }
    await kept.keep([{ ...thing, job }]);
  };

  progress = async (
    unit: ClusterUnit,
    things: readonly ClusterThing[],
  ): Promise<ClusterProgress> => {
    const id = numberOf(unit, things);
    if (id === undefined) {
      return { is: "failed", how: "was never submitted, or has left the queue" };
    }
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
  logs = async (unit: ClusterUnit, things: readonly ClusterThing[]): Promise<readonly string[]> => {
    const folder = this.#folder(unit);
    const own = join(folder, `berth-${unit.name}-${numberOf(unit, things)}.log`);
    const files: string[] = [];
    for (const { name } of unit.engines) {
      const file = join(folder, "logs", `${name}.log`);
      const found = unit.engines.length > 1 && (await isThere(file)) ? file : own;
      // a job that waits has written nothing
      files.push(...((await isThere(found)) ? [found] : []));
    }
    return files;
  };

  remove = async (things: readonly ClusterThing[]): Promise<void> => {
    for (const { name, comment, job } of things) {
      // where its number never came, the queue may have it all the same
      const queued = job === undefined ? await queueOf(name) : [];
      const ids = [job, ...queued.filter((one) => one.comment === comment).map(({ id }) => id)];
      for (const id of ids.filter((one) => one !== undefined)) {
        await cancel(name, id);
      }
    }
  };

  /** The job that a part is; undefined where there is none. Throws a ToolError for one that somebody else submitted. */
  async #jobThere(
    unit: ClusterUnit,
    things: readonly ClusterThing[],
  ): Promise<ClusterThing | undefined> {
    const { name } = unit;
    const comment = this.#comment(unit);
    const queued = await queueOf(name);
    const known = things.filter((thing) => thing.name === name);
    const foreign = queued.find(
      (one) => one.comment !== comment && known.every((thing) => !isJob(thing, one)),
    );
    if (foreign !== undefined) {
      throw new ToolError(
        `job ${foreign.id} is called berth-${name} and was not submitted from this plan: end it with scancel ${foreign.id}`,
      );
    }
    const own = queued.find((one) => one.comment === comment);
    return own === undefined ? undefined : { name, comment, job: own.id, isSettled: true };
  }

  #submission(unit: ClusterUnit): readonly string[] {
    const { options } = this.#bundle;
    return ["--parsable", `--comment=${this.#comment(unit)}`, ...options, "job.sh"];
  }

  #folder({ name }: ClusterUnit): string {
    return join(this.#bundle.folder, "bundle", "jobs", name);
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
}

function isJob({ job, comment }: ClusterThing, queued: QueuedJob): boolean {
  return job === undefined ? comment === queued.comment : job === queued.id;
}

/** Told from another submission of the same part by its comment. */
function isSame(a: ClusterThing, b: ClusterThing): boolean {
  return a.name === b.name && a.comment === b.comment;
}

/** With its number, as the queue has it. */
function withJob(thing: ClusterThing, queued: readonly ClusterThing[]): ClusterThing {
  return { ...thing, ...pick(queued.find((one) => isSame(one, thing))) };
}

function pick(thing: ClusterThing | undefined): Pick<ClusterThing, "job"> {
  return thing?.job === undefined ? {} : { job: thing.job };
}

function numberOf({ name }: ClusterUnit, things: readonly ClusterThing[]): string | undefined {
  return things.find((thing) => thing.name === name)?.job;
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

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
