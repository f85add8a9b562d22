import { expect, test } from "vitest";
import { isInQueue, readSlurmJob, slurmProgress } from "./slurm-progress.ts";

test.each([
  ["PENDING|Resources", { is: "waiting", stage: "PENDING (Resources)" }, true],
  ["RUNNING|None", undefined, true],
  ["COMPLETING|None", { is: "waiting", stage: "COMPLETING" }, true],
  ["FAILED|1:0", { is: "failed", how: "ended as a job (FAILED, exit code 1)" }, false],
  ["FAILED|0:9", { is: "failed", how: "ended as a job (FAILED, signal 9)" }, false],
  [
    "OUT_OF_MEMORY|0:125",
    { is: "failed", how: "ended as a job (OUT_OF_MEMORY, signal 125)" },
    false,
  ],
  ["CANCELLED by 1000|0:15", { is: "failed", how: "ended as a job (CANCELLED, signal 15)" }, false],
  ["TIMEOUT", { is: "failed", how: "ended as a job (TIMEOUT)" }, false],
  // a server that ends is no server, however it ends
  ["COMPLETED|0:0", { is: "failed", how: "ended as a job (COMPLETED, exit code 0)" }, false],
  // what no Slurm says yet
  ["SOMETHING_NEW|x", { is: "failed", how: "ended as a job (SOMETHING_NEW)" }, false],
])("%s", (line, progress, queued) => {
  const job = readSlurmJob(line);
  expect(job === undefined ? job : slurmProgress(job)).toEqual(progress);
  expect(job !== undefined && isInQueue(job)).toBe(queued);
});

test.each([undefined, "", "  ", "|", "slurm_load_jobs error"])("%j is no job", (line) => {
  expect(readSlurmJob(line)).toBeUndefined();
});
