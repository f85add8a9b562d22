import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { closest, InputError, importPreset, type ModelSpec, modelIds } from "@berth/core";
import { formOfBytes, ggufSplit } from "@berth/core/files";
import { fileSize, withFileSource } from "./file-source.ts";
import { readGgufFile } from "./gguf-file.ts";
import { HttpProblem } from "./http-client.ts";
import { type Hub, hubFromEnvironment } from "./hub.ts";
import { looksLikeHubId } from "./hub-model.ts";
import { readBesideWeights, readModelFolder } from "./model-folder.ts";
import { codeOf } from "./read-text.ts";

/** Models kept after they were read: more than any fleet has, and an end to what a batch may hold. */
const MAX_KEPT = 256;

/** Models by what the user calls them; each file is read once. */
export interface ModelSource {
  /**
   * A catalogue id, a config.json, a .gguf or .safetensors file, a folder with one, a TensorRT-LLM engine or
   * checkpoint folder, a URL of a .gguf file, or a Hub id; paths are relative to `folder`.
   */
  read(model: string, folder: string): Promise<ModelSpec>;
}

export function createModelSource(hub: Hub = hubFromEnvironment()): ModelSource {
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
      const reading = readModel(model, path, hub);
      if (kept.size >= MAX_KEPT) {
        kept.clear();
      }
      kept.set(path, reading);
      return reading;
    },
  };
}

/** True for what can only be a path: Hub ids have no leading dot or slash and no such ending. */
export function looksLikePath(model: string): boolean {
  return /^[./~]|\.(?:json|gguf|safetensors)$|^[A-Za-z]:[\\/]|\\/.test(model);
}

async function readModel(model: string, path: string, hub: Hub): Promise<ModelSpec> {
  if (URL_OF_GGUF.test(model)) {
    return hub.readGguf(model);
  }
  const kind = await kindOf(model, path);
  if (kind === "folder") {
    return readFolder(model, path);
  }
  return kind === "file" ? readFile(model, path) : readFromHub(model, hub);
}

const URL_OF_GGUF = /^https?:\/\/[^?#]+\.gguf(?:[?#]|$)/i;

async function kindOf(model: string, path: string): Promise<"folder" | "file" | undefined> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") {
      return;
    }
    throw new InputError({ file: model }, `can't be read (${code})`, { cause: error });
  }
}

async function readFolder(model: string, path: string): Promise<ModelSpec> {
  const name = model.replace(/[\\/]+$/, "");
  const found = await readModelFolder({
    id: model,
    folder: path,
    configName: `${name}/config.json`,
    configFile: "config.json",
  });
  return found ?? readGgufFile(...(await onlyGguf(model, path)));
}

/** The one GGUF file of a folder; a split one counts once. */
async function onlyGguf(model: string, path: string): Promise<readonly [id: string, path: string]> {
  const files = (await readdir(path)).filter((name) => /\.gguf$/i.test(name)).sort();
  const whole = files.filter((name) => ggufSplit(name) === undefined || /-00001-of-/.test(name));
  const [only, other] = whole;
  if (only === undefined) {
    throw new InputError(
      { file: model },
      "expected a folder with a config.json or a .gguf file, found none in it",
    );
  }
  if (other !== undefined) {
    throw new InputError(
      { file: model },
      `expected one .gguf file in it, found ${whole.length}: name one of them, such as ${only}`,
    );
  }
  return [join(model, only), join(path, only)];
}

async function readFile(model: string, path: string): Promise<ModelSpec> {
  const form = await formOf(model, path);
  if (form === "gguf" || /\.gguf$/i.test(path)) {
    return readGgufFile(model, path);
  }
  if (form === "safetensors" || /\.safetensors$/i.test(path)) {
    return readBesideWeights(model, path);
  }
  const found = await readModelFolder({
    id: model,
    folder: dirname(path),
    configName: model,
    configFile: basename(path),
  });
  if (found === undefined) {
    throw new InputError({ file: model }, "no such file");
  }
  return found;
}

/** What the file's start shows; a pipe can be read only once, so nothing is read of it here. */
async function formOf(name: string, path: string): Promise<ReturnType<typeof formOfBytes>> {
  return (await fileSize(path)) === undefined
    ? undefined
    : withFileSource({ path, name }, async (source) =>
        formOfBytes(await source.read(0, FIRST_BYTES)),
      );
}

/** Enough to tell the forms apart. */
const FIRST_BYTES = 64;

async function readFromHub(model: string, hub: Hub): Promise<ModelSpec> {
  if (looksLikePath(model)) {
    throw new InputError(
      { file: model },
      "no such file; expected a config.json, a .gguf or .safetensors file, or a folder with one",
    );
  }
  if (!looksLikeHubId(model)) {
    throw unknownModel(model, "");
  }
  try {
    return await hub.read(model);
  } catch (error) {
    throw error instanceof HttpProblem ? unknownModel(model, `, and ${error.message}`) : error;
  }
}

function unknownModel(model: string, why: string): InputError {
  const near = closest(model, modelIds());
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  return new InputError(
    { file: model },
    `neither a model of the catalogue${hint} nor a file${why}; any model can be given as its config.json`,
  );
}
