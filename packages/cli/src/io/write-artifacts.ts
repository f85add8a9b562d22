import { chmod, realpath, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@berth/core";
import { type BundleState, bundleState, type Deployment, writtenOf } from "./bundle-state.ts";
import { makeFolder } from "./make-folder.ts";
import { manifestText } from "./manifest.ts";
import { codeOf } from "./read-text.ts";
import { modeOf, replaceFiles, STAGED } from "./replace-files.ts";
import { kindOf, refusePaths } from "./safe-paths.ts";
import { openStage } from "./stage.ts";

/**
 * Writes a deployment into its folder. What an earlier run wrote is replaced, and removed where the new deployment
 * has no such file; nothing else is touched. Throws an InputError where a file of somebody else is in the way.
 *
 * What is guaranteed: everything is written into a staging folder first, so a disk that is full, a file that is in the
 * way or a folder that can't be written leaves the old bundle as it was. Then each file comes by a rename and is the
 * old or the new one, never half of it. A folder as a whole can't be swapped without taking it from under those who
 * have it mounted, so a run that is killed among its renames leaves files of both; the manifest then says that it is
 * not complete and knows the files of both, and the next run, of this or of another plan, puts its own bundle there
 * whole. Nothing is promised for a machine that loses its power.
 */
export async function writeArtifacts(deployment: Deployment): Promise<BundleState> {
  refusePaths(deployment.artifacts.map(({ path }) => path));
  const state = await bundleState(deployment);
  const [obstacle] = state.obstacles;
  if (obstacle !== undefined) {
    throw new InputError({ file: obstacle.file }, obstacle.problem);
  }
  const { name } = deployment;
  const made = await orSay(name, "", makeFolder(deployment.folder));
  const folder = await realpath(deployment.folder);
  try {
    const stage = await orSay(name, "", openStage(folder, name));
    try {
      await orSay(name, UNTOUCHED, stageFiles(stage, folder, { ...deployment, state }));
      await orSay(name, HALF_DONE, replaceFiles({ stage, folder, state }, deployment.artifacts));
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  } catch (error) {
    if (made !== undefined) {
      await rmdir(folder).catch(() => undefined);
    }
    throw error;
  }
  return state;
}

const UNTOUCHED = "; what was there before is as it was";
const HALF_DONE = "; files of two bundles may be there: run it again";

/** Throws an InputError for what the file system refuses. */
async function orSay<Value>(name: string, hint: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error && "syscall" in error)) {
      throw error;
    }
    const problem = `can't be written (${codeOf(error)})${hint}`;
    throw new InputError({ file: name }, problem, { cause: error });
  }
}

/** All that is to be written, so that only renames are left: the files, and the manifest before and after. */
async function stageFiles(
  stage: string,
  folder: string,
  { artifacts, state }: Deployment & { readonly state: BundleState },
): Promise<void> {
  const after = artifacts.map(writtenOf);
  const begun = manifestText({ files: [...state.before, ...after], isComplete: false });
  await writeFile(join(stage, STAGED.begun), begun);
  await writeFile(join(stage, STAGED.done), manifestText({ files: after, isComplete: true }));
  for (const [at, { path, text, isExecutable }] of artifacts.entries()) {
    const file = join(stage, STAGED.file(at));
    await writeFile(file, text, { mode: isExecutable ? 0o755 : 0o644 });
    if ((await kindOf(join(folder, path))) === "file") {
      await chmod(file, modeOf((await stat(join(folder, path))).mode, isExecutable));
    }
  }
}
