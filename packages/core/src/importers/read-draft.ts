import type { ModelPart, ModelSpec } from "../model/model.ts";
import { draftOfModel, readDraftModel } from "./draft-model.ts";
import { MAX_CONFIG_BYTES } from "./model-folder.ts";
import type { ModelTree } from "./model-tree.ts";
import { parseJson } from "./parse-json.ts";
import { baseName, folderOf, inFolder } from "./paths.ts";
import { readModelAt } from "./read-model.ts";
import { kindAt } from "./weights-files.ts";

const CONFIG = "config.json";

/**
 * The draft at a path, for this model: a config.json, a file with weights beside one, a folder with one, or a GGUF file.
 * Undefined where nothing is at the path; throws an InputError for what can't be read or is no draft.
 */
export async function readDraftAt(
  tree: ModelTree,
  draft: string,
  target: ModelSpec,
): Promise<ModelPart | undefined> {
  const kind = await kindAt(tree, draft);
  if (kind === undefined) {
    return;
  }
  const { path, file, source } = configOf(draft, kind);
  const text = await tree.text(path, { name: file, maxBytes: MAX_CONFIG_BYTES });
  if (text !== undefined && !/\.gguf$/i.test(draft)) {
    return readDraftModel({ file, source }, parseJson(file, text), target);
  }
  const model = await readModelAt(tree, draft);
  return model === undefined ? undefined : draftOfModel(draft, model);
}

/** Where the config of a draft is, what messages call it, and the folder that an engine takes. */
function configOf(
  draft: string,
  kind: "file" | "folder",
): { readonly path: string; readonly file: string; readonly source: string } {
  if (kind === "folder") {
    const path = inFolder(draft, CONFIG);
    return { path, file: path, source: draft };
  }
  const name = /\.(?:safetensors|gguf)$/i.test(draft) ? CONFIG : baseName(draft);
  const path = inFolder(folderOf(draft), name);
  return { path, file: path, source: folderOf(draft) };
}
