import { isInQueue, readSlurmJob, type SlurmJob } from "@berth/core/launch";
import { type Program, type ProgramEnd, runProgram, tryProgram } from "../../io/run.ts";
import { ToolError } from "../../tool-error.ts";
import { growingPauses } from "../growing-pauses.ts";

const TIMEOUT_SECONDS = 60;
const GONE_MS = 120_000;
const POLL_MS = 500;

export interface QueuedJob {
  readonly id: string;
  readonly comment: string;
}

/** This user's jobs of a part's name that hold cards, or will. */
export async function queueOf(name: string): Promise<readonly QueuedJob[]> {
  const args = ["--me", "--noheader", `--name=berth-${name}`, "--format=%i|%T|%k"];
  const printed = await runProgram(call("squeue", args, "asking for jobs"));
  return printed.split("\n").flatMap((line) => {
    const [id = "", state, comment = ""] = line.trim().split("|");
    const job = readSlurmJob(state);
    return job !== undefined && isInQueue(job) ? [{ id, comment }] : [];
  });
}

/** Ends a job that may have ended, and returns once it is over. */
export async function cancel(name: string, id: string): Promise<void> {
  const { isDone, sentence } = await tryProgram(call("scancel", [id], `cancelling ${name}`));
  const end = Date.now() + GONE_MS;
  const pause = growingPauses(POLL_MS);
  while (await isQueued(id)) {
    if (!isDone) {
      throw new ToolError(`cancelling ${name}: ${sentence}`);
    }
    if (Date.now() >= end) {
      throw new ToolError(`cancelling ${name}: job ${id} did not end within ${GONE_MS / 1000} s`);
    }
    await pause();
  }
}

async function isQueued(id: string): Promise<boolean> {
  const found = await tryProgram(call("squeue", queueWords(id), `asking for job ${id}`));
  if (!found.isDone && !isForgotten(found)) {
    throw new ToolError(`asking for job ${id}: ${found.sentence}`);
  }
  const job = found.isDone ? readSlurmJob(found.stdout.split("\n")[0]) : undefined;
  return job !== undefined && isInQueue(job);
}

/** What squeue says of a job that ended a while ago. */
function isForgotten({ sentence }: ProgramEnd): boolean {
  return /invalid job id/i.test(sentence);
}

/** As the queue has it, else as accounting does: an ended job leaves the queue after a while. */
export async function jobOf(id: string): Promise<SlurmJob> {
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

/** A call of one of Slurm's programs. */
export function call(command: string, args: readonly string[], what: string): Program {
  return { command, args, what, timeoutSeconds: TIMEOUT_SECONDS };
}

/** Asks for one job, whatever its state. */
export function queueWords(id: string): readonly string[] {
  return ["--noheader", `--jobs=${id}`, "--states=all", "--format=%T|%r"];
}
