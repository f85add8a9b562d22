// Slurm's jobs as files of the box.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(process.env.FAKE_BOX ?? "", "slurm");

export function jobs() {
  mkdirSync(FOLDER, { recursive: true });
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => readJob(file.slice(0, -".json".length)) ?? []);
}

export function readJob(id) {
  try {
    return JSON.parse(readFileSync(join(FOLDER, `${id}.json`), "utf8"));
  } catch {
    return undefined;
  }
}

export function newJob(job) {
  const id = jobs().length + 1;
  writeJob({ ...job, id });
  return { ...job, id };
}

export function writeJob(job) {
  const file = join(FOLDER, `${job.id}.json`);
  writeFileSync(`${file}.new`, JSON.stringify(job));
  renameSync(`${file}.new`, file);
}
