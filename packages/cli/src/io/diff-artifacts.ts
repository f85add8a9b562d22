import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatPatch, structuredPatch } from "diff";
import type { BundleState, Deployment } from "./bundle-state.ts";
import { modeOf } from "./replace-files.ts";
import { kindInside, refusePaths } from "./safe-paths.ts";

/** One file in which a folder differs from a deployment. */
export interface FileChange {
  readonly path: string;
  readonly change: "new" | "changed" | "removed";
  /** As `git diff` writes it: `git apply` and `patch -p1` take it. */
  readonly patch: string;
}

/** What writing a deployment would change in its folder, by path. Nothing is written. */
export async function diffArtifacts(
  { folder, artifacts }: Deployment,
  state: BundleState,
): Promise<readonly FileChange[]> {
  refusePaths(artifacts.map(({ path }) => path));
  const written = artifacts.map(async ({ path, text, isExecutable }) => {
    const old = await presentFile(folder, path);
    const fresh = isExecutable ? NEW_MODE.executable : NEW_MODE.plain;
    const mode = old === undefined ? fresh : modeOf(old.mode, isExecutable);
    return fileChange(path, { old, next: { bytes: Buffer.from(text), mode } });
  });
  const removed = state.stale.map(async (path) =>
    fileChange(path, { old: await presentFile(folder, path), next: undefined }),
  );
  const changes = (await Promise.all([...written, ...removed])).flat();
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const NEW_MODE = { plain: 0o644, executable: 0o755 } as const;

interface FileState {
  readonly bytes: Buffer;
  readonly mode: number;
}

async function presentFile(folder: string, path: string): Promise<FileState | undefined> {
  const file = join(folder, path);
  return (await kindInside(folder, path)) === "file"
    ? { bytes: await readFile(file), mode: (await stat(file)).mode }
    : undefined;
}

interface Versions {
  readonly old: FileState | undefined;
  readonly next: FileState | undefined;
}

function fileChange(path: string, versions: Versions): readonly FileChange[] {
  const { old, next } = versions;
  if (old === undefined || next === undefined) {
    const change = old === undefined ? "new" : "removed";
    return [{ path, change, patch: patchOf(path, versions) }];
  }
  const isSame = old.bytes.equals(next.bytes) && gitMode(old) === gitMode(next);
  return isSame ? [] : [{ path, change: "changed", patch: patchOf(path, versions) }];
}

/** Lines around a change, as diff and git have them. */
const CONTEXT = 3;

function patchOf(path: string, { old, next }: Versions): string {
  const texts = [old, next].map((state) => textOf(state?.bytes ?? Buffer.alloc(0)));
  const [before, after] = texts;
  const names = [`a/${path}`, `b/${path}`] as const;
  const [from, to] = [old ? names[0] : "/dev/null", next ? names[1] : "/dev/null"];
  const lines = structuredPatch(from, to, before ?? "", after ?? "", "", "", { context: CONTEXT });
  const modes = {
    ...(old === undefined ? { isCreate: true } : { oldMode: gitMode(old) }),
    ...(next === undefined ? { isDelete: true } : { newMode: gitMode(next) }),
  };
  const isText = before !== undefined && after !== undefined;
  const isModeKept = old !== undefined && next !== undefined && gitMode(old) === gitMode(next);
  const patch = formatPatch({
    ...lines,
    ...(isModeKept ? {} : modes),
    hunks: isText ? lines.hunks : [],
    isGit: true,
  });
  return isText ? patch : `${patch}Binary files ${names[0]} and ${names[1]} differ\n`;
}

/** Undefined for what is no UTF-8. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** git knows two kinds of files: what its owner may run, and the rest. */
function gitMode({ mode }: FileState): string {
  return (mode & OWNER_MAY_RUN) === 0 ? "100644" : "100755";
}

const OWNER_MAY_RUN = 0o100;
