import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  closest,
  InputError,
  importModelFiles,
  importPreset,
  type ModelSpec,
  modelIds,
} from "@berth/core";
import { readTextIfThere } from "./read-text.ts";

/** The largest config.json seen is 0.2 MB (a quantised DeepSeek-V3 with its list of exclusions). */
const MAX_CONFIG_BYTES = 16_000_000;
/** The largest safetensors index seen is about 60 MB (Kimi K2). */
const MAX_INDEX_BYTES = 200_000_000;
/** Models kept after they were read: more than any fleet has, and an end to what a batch may hold. */
const MAX_KEPT = 256;

/** Models by what the user calls them; each file is read once. */
export interface ModelSource {
  /** A catalogue id, a config.json, or a folder with one; paths are relative to `folder`. */
  read(model: string, folder: string): Promise<ModelSpec>;
}

export function createModelSource(): ModelSource {
  const kept = new Map<string, Promise<ModelSpec>>();
  return {
    read: (model, folder) => {
      const preset = looksLikePath(model) ? undefined : importPreset(model);
      if (preset !== undefined) {
        return Promise.resolve(preset);
      }
      const path = resolve(folder, model);
      const known = kept.get(path);
      if (known !== undefined) {
        return known;
      }
      const reading = readModelFiles(model, path);
      if (kept.size >= MAX_KEPT) {
        kept.clear();
      }
      kept.set(path, reading);
      return reading;
    },
  };
}

/** True for what can only be a path: Hub ids have no leading dot or slash and no ".json". */
export function looksLikePath(model: string): boolean {
  return /^[./~]|\.json$|^[A-Za-z]:[\\/]|\\/.test(model);
}

async function readModelFiles(model: string, path: string): Promise<ModelSpec> {
  const isFolder = await isFolderThere(path);
  const config = isFolder ? join(path, "config.json") : path;
  const name = isFolder ? `${model.replace(/[\\/]+$/, "")}/config.json` : model;
  const text = await readTextIfThere({ path: config, name, maxBytes: MAX_CONFIG_BYTES });
  if (text === undefined) {
    throw unknownModel(model, isFolder);
  }
  // beside a file of another name, these would be another model's
  const hasCompany = basename(config) === "config.json";
  const beside = hasCompany ? await readCompany(dirname(config)) : {};
  return importModelFiles({
    path: model,
    configFile: name,
    files: { "config.json": text, ...beside },
  });
}

/** The files that may lie beside a config.json. */
async function readCompany(
  folder: string,
): Promise<Omit<Parameters<typeof importModelFiles>[0]["files"], "config.json">> {
  const read = (name: string, maxBytes: number): Promise<string | undefined> =>
    readTextIfThere({ path: join(folder, name), name, maxBytes });
  const quant = await read("hf_quant_config.json", MAX_CONFIG_BYTES);
  const index = await read("model.safetensors.index.json", MAX_INDEX_BYTES);
  return {
    ...(quant === undefined ? {} : { "hf_quant_config.json": quant }),
    ...(index === undefined ? {} : { "model.safetensors.index.json": index }),
  };
}

async function isFolderThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function unknownModel(model: string, isFolder: boolean): InputError {
  const place = { file: model };
  if (isFolder) {
    return new InputError(place, "expected a folder with a config.json, found none in it");
  }
  if (looksLikePath(model)) {
    return new InputError(place, "no such file; expected a config.json or its folder");
  }
  const near = closest(model, modelIds());
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  return new InputError(
    place,
    `neither a model of the catalogue${hint} nor a file; any model can be given as its config.json`,
  );
}
