import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type ModelSpec, parseJson } from "@berth/core";
import { readDraftModel, readLoraAdapter, withPart } from "@berth/core/files";
import { readText } from "./read-text.ts";

/** The largest adapter_config.json seen has 8 kB; the same holds for a draft's config.json. */
const MAX_CONFIG_BYTES = 10_000_000;

export interface AttachedPaths {
  /** Folders with an adapter_config.json, or such files. */
  readonly loras: readonly string[];
  /** Folder with an EAGLE or Medusa config.json, or such a file. */
  readonly draft: string | undefined;
}

/** The model with LoRA adapters and a draft beside it. Throws an InputError for files that are none. */
export async function attachParts(
  model: ModelSpec,
  { loras, draft }: AttachedPaths,
  folder: string,
): Promise<ModelSpec> {
  let attached = model;
  for (const path of loras) {
    const { file, value } = await readConfig(path, "adapter_config.json", folder);
    attached = withPart(attached, readLoraAdapter(file, value, model));
  }
  if (draft !== undefined) {
    const { file, value } = await readConfig(draft, "config.json", folder);
    attached = withPart(attached, readDraftModel(file, value, model));
  }
  return attached;
}

async function readConfig(
  path: string,
  name: string,
  folder: string,
): Promise<{ readonly file: string; readonly value: unknown }> {
  const full = resolve(folder, path);
  const isFolder = await stat(full).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, name) : path;
  const text = await readText({
    path: isFolder ? join(full, name) : full,
    name: file,
    maxBytes: MAX_CONFIG_BYTES,
  });
  return { file, value: parseJson(file, text) };
}
