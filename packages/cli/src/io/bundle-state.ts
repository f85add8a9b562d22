import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact } from "@berth/core/deploy";
import { filesBelow, readdirOrNothing } from "./list-folder.ts";
import { readManifest, sha256, type Written } from "./manifest.ts";
import { foldersOf, kindInside, kindOf, refuseOutside } from "./safe-paths.ts";
import { isStage } from "./stage.ts";

export interface Deployment {
  /** Absolute. */
  readonly folder: string;
  /** The folder as the user wrote it. */
  readonly name: string;
  readonly artifacts: readonly Artifact[];
  /** Overwrites what Berth did not write, and what was edited since. */
  readonly isForced: boolean;
}

/** What stands in the folder of a deployment, held against what will. */
export interface BundleState {
  /** What earlier runs wrote. */
  readonly before: readonly Written[];
  /** False where an earlier run was cut off. */
  readonly isComplete: boolean;
  /** Files of earlier runs that the deployment has not. */
  readonly stale: readonly string[];
  /** Of those, the ones that were changed since: they stay, unless forced. */
  readonly kept: readonly string[];
  /** Why Berth may not write here; empty where it may. */
  readonly obstacles: readonly Obstacle[];
}

export interface Obstacle {
  /** As the user would write it. */
  readonly file: string;
  readonly problem: string;
}

/** Looks at a deployment's folder and changes nothing. */
export async function bundleState(deployment: Deployment): Promise<BundleState> {
  const { folder, name, artifacts, isForced } = deployment;
  const present = (await readdirOrNothing(folder, name)).filter((entry) => !isStage(entry));
  const manifest = await readManifest(folder);
  const before = manifest?.files ?? [];
  const paths = new Set(artifacts.map(({ path }) => path));
  const old = [...new Set(before.map(({ path }) => path))].filter((path) => !paths.has(path));
  const places = await Promise.all(
    old.map(async (path) => ({ path, place: await placeOf({ folder, before }, path) })),
  );
  const [ours, edited] = ["ours", "edited"].map((wanted) =>
    places.flatMap(({ path, place }) => (place === wanted ? [path] : [])),
  );
  const stale = [...(ours ?? []), ...(isForced ? (edited ?? []) : [])];
  const obstacles =
    manifest === undefined && present.length > 0 && !isForced
      ? [{ file: name, problem: notBerths(present[0] ?? "") }]
      : await obstaclesOf(deployment, before, new Set(stale));
  return {
    before,
    isComplete: manifest?.isComplete ?? true,
    stale,
    kept: isForced ? [] : (edited ?? []),
    obstacles,
  };
}

export function writtenOf({ path, text }: Artifact): Written {
  return { path, sha256: sha256(text) };
}

function notBerths(entry: string): string {
  return `holds ${JSON.stringify(entry)}, which berth did not write; give an empty folder, or --force`;
}

/** What a path holds, for Berth. */
type Place = "nothing" | "ours" | "edited" | "folder" | "symbolic link" | "device" | "file";

interface Known {
  readonly folder: string;
  readonly before: readonly Written[];
}

async function placeOf({ folder, before }: Known, path: string): Promise<Place> {
  refuseOutside(path);
  const kind = await kindInside(folder, path);
  const ours = before.filter((written) => written.path === path);
  if (kind !== "file" || ours.length === 0) {
    return kind;
  }
  const hash = sha256(await readFile(join(folder, path)));
  return ours.some((written) => written.sha256 === hash) ? "ours" : "edited";
}

async function obstaclesOf(
  deployment: Deployment,
  before: readonly Written[],
  stale: ReadonlySet<string>,
): Promise<readonly Obstacle[]> {
  const { folder, name, artifacts, isForced } = deployment;
  const found = new Map<string, string>();
  // what was edited into just what comes is in nobody's way
  const known = [...before, ...artifacts.map(writtenOf)];
  for (const { path } of artifacts) {
    for (const part of foldersOf(path).filter((each) => !stale.has(each))) {
      const kind = await kindOf(join(folder, part));
      if (kind !== "folder" && kind !== "nothing") {
        found.set(part, `expected a folder, got a ${kind}; move it`);
      }
    }
    const problem = await problemAt({ folder, before: known, stale }, path, isForced);
    if (problem !== undefined) {
      found.set(path, problem);
    }
  }
  return [...found].map(([path, problem]) => ({ file: join(name, path), problem }));
}

/** Why a file may not be written at a path; undefined where it may. */
async function problemAt(
  { folder, before, stale }: Known & { readonly stale: ReadonlySet<string> },
  path: string,
  isForced: boolean,
): Promise<string | undefined> {
  const place = await placeOf({ folder, before }, path);
  if (place === "folder") {
    const files = await filesBelow(join(folder, path), path);
    const isOurs = files.length > 0 && files.every((file) => stale.has(`${path}/${file}`));
    return isOurs ? undefined : "expected a file, got a folder; move it";
  }
  if (isForced || place === "nothing" || place === "ours") {
    return undefined;
  }
  return place === "edited"
    ? "was changed since berth wrote it; move it, or give --force"
    : `a ${place} that berth did not write is in the way; move it, or give --force`;
}
