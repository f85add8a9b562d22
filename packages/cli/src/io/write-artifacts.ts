import { mkdir, mkdtemp, readFile, realpath, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "@berth/core";
import type { Artifact } from "@berth/core/deploy";
import { MANIFEST, manifestText, readManifest, sha256, type Written } from "./manifest.ts";
import { readdirOrNothing } from "./readdir-or-nothing.ts";
import { kindOf, refuseLinks, refuseOutside } from "./safe-paths.ts";

export interface Deployment {
  /** Absolute. */
  readonly folder: string;
  /** The folder as the user wrote it. */
  readonly name: string;
  readonly artifacts: readonly Artifact[];
  /** Overwrites what Berth did not write, and what was edited since. */
  readonly isForced: boolean;
}

/**
 * Writes a deployment into its folder: a file is either the old or the new one, never half of it.
 * What an earlier run wrote is replaced, and removed where the new deployment has no such file;
 * nothing else is touched. Throws an InputError where a file of somebody else is in the way.
 */
export async function writeArtifacts(deployment: Deployment): Promise<void> {
  const { artifacts } = deployment;
  for (const { path } of artifacts) {
    refuseOutside(path);
  }
  const before = await checkFolder(deployment);
  await mkdir(deployment.folder, { recursive: true });
  const folder = await realpath(deployment.folder);
  const after = artifacts.map(({ path, text }) => ({ path, sha256: sha256(text) }));
  const stage = await mkdtemp(join(dirname(folder), `.${basename(folder)}.berth-`));
  try {
    await stageFiles(stage, artifacts);
    // should this run be cut off, the next one knows both the old and the new files as Berth's
    await replaceManifest(stage, folder, [...before, ...after]);
    for (const [i, { path }] of artifacts.entries()) {
      await refuseLinks(folder, path);
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await rename(join(stage, String(i)), join(folder, path));
    }
    await removeStale(folder, before, after);
    await replaceManifest(stage, folder, after);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** What an earlier run wrote there; throws an InputError where Berth may not write. */
async function checkFolder(
  deployment: Omit<Deployment, "artifacts"> & {
    readonly artifacts?: readonly Artifact[];
  },
): Promise<readonly Written[]> {
  const { folder, name, artifacts = [], isForced } = deployment;
  const present = await readdirOrNothing(folder, name);
  const before = await readManifest(folder);
  if (isForced) {
    return before ?? [];
  }
  if (before === undefined && present.length > 0) {
    const what = `holds ${JSON.stringify(present[0])}, which berth did not write`;
    throw new InputError({ file: name }, `${what}; give an empty folder, or --force`);
  }
  for (const { path } of artifacts) {
    await refuseForeign(deployment, before ?? [], path);
  }
  return before ?? [];
}

/** Throws an InputError where a file is not as Berth wrote it. */
async function refuseForeign(
  { folder, name }: Pick<Deployment, "folder" | "name">,
  before: readonly Written[],
  path: string,
): Promise<void> {
  const kind = await kindOf(join(folder, path));
  if (kind === "nothing") {
    return;
  }
  const file = join(name, path);
  const ours = before.filter((written) => written.path === path);
  if (kind !== "file" || ours.length === 0) {
    const problem = `a ${kind} that berth did not write is in the way`;
    throw new InputError({ file }, `${problem}; move it, or give --force`);
  }
  const hash = sha256(await readFile(join(folder, path)));
  if (!ours.some((written) => written.sha256 === hash)) {
    throw new InputError({ file }, "was changed since berth wrote it; move it, or give --force");
  }
}

async function stageFiles(stage: string, artifacts: readonly Artifact[]): Promise<void> {
  for (const [i, { text, isExecutable }] of artifacts.entries()) {
    await writeFile(join(stage, String(i)), text, { mode: isExecutable ? 0o755 : 0o644 });
  }
}

async function replaceManifest(
  stage: string,
  folder: string,
  files: readonly Written[],
): Promise<void> {
  const temporary = join(stage, "manifest");
  await writeFile(temporary, manifestText(files));
  await rename(temporary, join(folder, MANIFEST));
}

/** Removes files of the earlier run that the new one has not, unless they were changed, and folders that this leaves empty. */
async function removeStale(
  folder: string,
  before: readonly Written[],
  after: readonly Written[],
): Promise<void> {
  const kept = new Set(after.map(({ path }) => path));
  for (const { path, sha256: hash } of before.filter((written) => !kept.has(written.path))) {
    refuseOutside(path);
    await refuseLinks(folder, path);
    const full = join(folder, path);
    if ((await kindOf(full)) === "file" && sha256(await readFile(full)) === hash) {
      await rm(full);
      await removeEmptyFolders(folder, dirname(path));
    }
  }
}

async function removeEmptyFolders(folder: string, path: string): Promise<void> {
  if (path === ".") {
    return;
  }
  try {
    await rmdir(join(folder, path));
  } catch {
    return;
  }
  await removeEmptyFolders(folder, dirname(path));
}
