import { resolve } from "node:path";
import {
  closest,
  InputError,
  importPreset,
  type ModelPart,
  type ModelSpec,
  modelIds,
  parseJson,
} from "@berth/core";
import {
  draftOfModel,
  looksLikeHubId,
  looksLikePath,
  readDraftAt,
  readDraftModel,
  readModelAt,
} from "@berth/core/files";
import { folderTree } from "./folder-tree.ts";
import { HttpProblem } from "./http-client.ts";
import { type Hub, hubFromEnvironment } from "./hub.ts";

/** Models kept after they were read: more than any fleet has, and an end to what a batch may hold. */
const MAX_KEPT = 256;

/** Models by what the user calls them; each file is read once. */
export interface ModelSource {
  /**
   * A catalogue id, a config.json, a .gguf or .safetensors file, a folder with one, a TensorRT-LLM engine or
   * checkpoint folder, a URL of a .gguf file, or a Hub id; paths are relative to `folder`.
   */
  read(model: string, folder: string): Promise<ModelSpec>;
  /** The draft for this model: a catalogue or Hub id, its config.json, its folder or a GGUF file. */
  readDraft(draft: string, folder: string, target: ModelSpec): Promise<ModelPart>;
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
      const reading = readModel(model, folder, hub);
      if (kept.size >= MAX_KEPT) {
        kept.clear();
      }
      kept.set(path, reading);
      return reading;
    },
    readDraft: async (draft, folder, target) => {
      const preset = looksLikePath(draft) ? undefined : importPreset(draft);
      return preset === undefined
        ? ((await readDraftAt(folderTree(folder), draft, target)) ??
            draftFromHub(draft, hub, target))
        : draftOfModel(draft, preset);
    },
  };
}

async function readModel(model: string, folder: string, hub: Hub): Promise<ModelSpec> {
  if (URL_OF_GGUF.test(model)) {
    return hub.readGguf(model);
  }
  return (await readModelAt(folderTree(folder), model)) ?? readFromHub(model, hub);
}

const URL_OF_GGUF = /^https?:\/\/[^?#]+\.gguf(?:[?#]|$)/i;

function readFromHub(model: string, hub: Hub): Promise<ModelSpec> {
  return fromHub(model, () => hub.read(model));
}

function draftFromHub(draft: string, hub: Hub, target: ModelSpec): Promise<ModelPart> {
  return fromHub(draft, async () => {
    const { name: file, text } = await hub.config(draft);
    return readDraftModel({ file, source: draft }, parseJson(file, text), target);
  });
}

/** What `read` gets from the Hub. Throws an InputError for what is no id, or can't be read there. */
async function fromHub<T>(model: string, read: () => Promise<T>): Promise<T> {
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
    return await read();
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
