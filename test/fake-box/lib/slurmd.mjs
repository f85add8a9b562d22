// What stays with a job: it runs the script, keeps what that prints, and writes down how it ended.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { readJob, writeJob } from "./jobs.mjs";

const job = readJob(process.argv[2]);
const { id, name, folder, script, cards } = job;
const log = openSync(join(folder, `${name}-${id}.log`), "a");
const child = spawn("bash", [script], {
  cwd: folder,
  detached: true,
  stdio: ["ignore", log, log],
  env: {
    ...process.env,
    SLURM_JOB_ID: String(id),
    SLURM_SUBMIT_DIR: folder,
    SLURM_JOB_NODELIST: "box",
    CUDA_VISIBLE_DEVICES: cards.join(","),
  },
});
writeJob({ ...job, state: "RUNNING", pid: child.pid });
child.on("exit", (code, signal) => {
  const { isCancelled = false } = readJob(id);
  const end = code === 0 ? "COMPLETED" : "FAILED";
  const detail = signal === null ? `${code}:0` : `0:${constants.signals[signal]}`;
  writeJob({ ...job, pid: child.pid, state: isCancelled ? "CANCELLED by 1000" : end, detail });
});
