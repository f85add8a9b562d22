import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { FileKind, FileList, ListedFile } from "./api.ts";
import { type Folder, openInside } from "./inside-folder.ts";

/** Folders below the one that berth serve was started in. */
const DEPTH = 4;
/** What is looked at, and what is listed. */
const MOST_ENTRIES = 20_000;
const MOST_FILES = 500;
/** Enough of a file to tell what it is. */
const HEAD_BYTES = 262_144;

/** The files of a folder that Berth can use, by name; hidden ones and node_modules are left out. */
export async function listFiles(folder: Folder): Promise<FileList> {
  const { names, isCut } = await namesIn(folder);
  const files: ListedFile[] = [];
  for (const name of names) {
    const listed = await listedFile(folder, name);
    if (listed !== undefined && files.length === MOST_FILES) {
      return { files, isCut: true };
    }
    files.push(...(listed === undefined ? [] : [listed]));
  }
  return { files, isCut };
}

interface Names {
  readonly names: readonly string[];
  readonly isCut: boolean;
}

/** Breadth first, so that what is near comes before what is deep. */
async function namesIn({ root }: Folder): Promise<Names> {
  const names: string[] = [];
  let seen = 0;
  let level = [""];
  for (let depth = 0; depth <= DEPTH; depth += 1) {
    const next: string[] = [];
    for (const inside of level) {
      const entries = await readdir(join(root, inside), { withFileTypes: true }).catch(() => []);
      seen += entries.length;
      if (seen > MOST_ENTRIES) {
        return { names, isCut: true };
      }
      const shown = entries.filter(({ name }) => !name.startsWith(".") && name !== "node_modules");
      const sorted = shown.sort((a, b) => (a.name < b.name ? -1 : 1));
      names.push(
        ...sorted
          .filter((entry) => !entry.isDirectory() && MAY_BE_OURS.test(entry.name))
          .map(({ name }) => inside + name),
      );
      next.push(
        ...sorted.filter((entry) => entry.isDirectory()).map(({ name }) => `${inside}${name}/`),
      );
    }
    level = next;
  }
  return { names, isCut: level.length > 0 };
}

const MAY_BE_OURS = /\.(?:ya?ml|json|gguf|safetensors)$/i;

/** Undefined for what is none of ours, can't be read, or leads out of the folder. */
async function listedFile(folder: Folder, name: string): Promise<ListedFile | undefined> {
  const handle = await openInside(folder, name, name).catch(() => undefined);
  if (handle === undefined) {
    return;
  }
  try {
    const { size } = await handle.stat();
    const kind = kindByName(name) ?? kindByText(await headOf(handle));
    return kind === undefined ? undefined : { name, kind, bytes: size };
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

function kindByName(name: string): FileKind | undefined {
  if (/(?:^|\/)config\.json$/.test(name)) {
    return "config";
  }
  if (/\.gguf$/i.test(name)) {
    return "gguf";
  }
  return /\.safetensors$/i.test(name) ? "safetensors" : undefined;
}

async function headOf(
  handle: NonNullable<Awaited<ReturnType<typeof openInside>>>,
): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.toString("utf8", 0, bytesRead);
}

function kindByText(head: string): FileKind | undefined {
  if (/"schema"\s*:\s*"berth\/plan@/.test(head)) {
    return "plan";
  }
  const isOther = /"?schema"?\s*:\s*"?berth\//.test(head);
  return !isOther && /^\s*["']?models["']?\s*:|[{,]\s*"models"\s*:/m.test(head)
    ? "fleet"
    : undefined;
}
