import { chmod, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Artifact } from "@berth/core/deploy";
import type { BundleState } from "./bundle-state.ts";
import { makeFolder } from "./make-folder.ts";
import { MANIFEST } from "./manifest.ts";
import { foldersOf, kindOf, refuseLinks } from "./safe-paths.ts";

/** Names in the staging folder: a file's is its place among the artifacts. */
export const STAGED = {
  begun: "manifest-begun",
  done: "manifest-done",
  file: (at: number): string => String(at),
} as const;

interface Replacing {
  readonly stage: string;
  readonly folder: string;
  readonly state: BundleState;
}

/** Moves staged files to their places and removes what is stale. Writes nothing: a full disk can't stop it. */
export async function replaceFiles(
  { stage, folder, state }: Replacing,
  artifacts: readonly Artifact[],
): Promise<void> {
  const paths = artifacts.map(({ path }) => path);
  await rename(join(stage, STAGED.begun), join(folder, MANIFEST));
  // a file that becomes a folder, or the other way round, makes room first
  const isInTheWay = (stale: string): boolean =>
    paths.some((path) => foldersOf(path).includes(stale) || foldersOf(stale).includes(path));
  await removeFiles(folder, state.stale.filter(isInTheWay));
  for (const [at, artifact] of artifacts.entries()) {
    await refuseLinks(folder, artifact.path);
    await place(join(stage, STAGED.file(at)), join(folder, artifact.path), artifact);
  }
  const rest = state.stale.filter((path) => !isInTheWay(path));
  await removeFiles(folder, await withoutTwins(folder, rest, paths));
  await rename(join(stage, STAGED.done), join(folder, MANIFEST));
}

const MAY_READ = 0o444;
const RIGHTS = 0o777;

/** The rights of a file that stays: its own, and to run it for everybody who may read what is to be run. */
export function modeOf(mode: number, isExecutable: boolean): number {
  const rights = mode & RIGHTS;
  return isExecutable ? rights | ((rights & MAY_READ) >> 2) : rights;
}

/** A file that is the same already stays, with its times. */
async function place(from: string, to: string, { text, isExecutable }: Artifact): Promise<void> {
  if ((await kindOf(to)) === "file" && (await readFile(to, "utf8")) === text) {
    const { mode } = await stat(to);
    if (modeOf(mode, isExecutable) !== (mode & RIGHTS)) {
      await chmod(to, modeOf(mode, isExecutable));
    }
    return;
  }
  await makeFolder(dirname(to));
  await rename(from, to);
}

/** Without those that are a new file in other letters, where the file system takes both for one. */
async function withoutTwins(
  folder: string,
  stale: readonly string[],
  paths: readonly string[],
): Promise<readonly string[]> {
  const byCase = new Map(paths.map((path) => [path.toLowerCase(), path]));
  const rest = await Promise.all(
    stale.map(async (path) => {
      const twin = byCase.get(path.toLowerCase());
      return twin !== undefined && (await isSameFile(join(folder, path), join(folder, twin)))
        ? []
        : [path];
    }),
  );
  return rest.flat();
}

async function isSameFile(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(left), stat(right)]);
  return a.dev === b.dev && a.ino === b.ino;
}

/** Removes files, and the folders that this leaves empty. */
async function removeFiles(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await refuseLinks(folder, path);
    await rm(join(folder, path), { force: true });
    await removeEmptyFolders(foldersOf(path).map((part) => join(folder, part)));
  }
}

/** From the innermost, which is the last, to the first that is not empty. */
async function removeEmptyFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}
