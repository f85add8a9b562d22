import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type ModelSpec, parseJson } from "@berth/core";
import { readLoraAdapter, withPart } from "@berth/core/files";
import type { ModelSource } from "./model-source.ts";
import { readText } from "./read-text.ts";

/** The largest adapter_config.json seen has 8 kB. */
const MAX_CONFIG_BYTES = 10_000_000;

const ADAPTER = "adapter_config.json";

export interface AttachedPaths {
  /** Folders with an adapter_config.json, or such files. */
  readonly loras: readonly string[];
  /** A draft: catalogue or Hub id, its config.json or its folder. */
  readonly draft: string | undefined;
}

/** Where they are: what reads models, and the folder that paths are relative to. */
interface AttachedFrom {
  readonly models: ModelSource;
  readonly folder: string;
}

/** The model with LoRA adapters and a draft beside it. Throws an InputError for files that are none. */
export async function attachParts(
  model: ModelSpec,
  { loras, draft }: AttachedPaths,
  { models, folder }: AttachedFrom,
): Promise<ModelSpec> {
  let attached = model;
  for (const path of loras) {
    const { file, value } = await readAdapter(path, folder);
    attached = withPart(attached, readLoraAdapter(file, value, model));
  }
  return draft === undefined
    ? attached
    : withPart(attached, await models.readDraft(draft, folder, model));
}

async function readAdapter(
  path: string,
  folder: string,
): Promise<{ readonly file: string; readonly value: unknown }> {
  const full = resolve(folder, path);
  const isFolder = await stat(full).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, ADAPTER) : path;
  const text = await readText({
    path: isFolder ? join(full, ADAPTER) : full,
    name: file,
    maxBytes: MAX_CONFIG_BYTES,
  });
  return { file, value: parseJson(file, text) };
}
