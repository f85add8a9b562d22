import type { ModelSpec } from "../model/model.ts";
import { InputError } from "../report/errors.ts";
import { ggufParts, ggufSplit } from "./detect.ts";
import { importGguf } from "./gguf-model.ts";
import type { GgufHeader } from "./gguf-reader.ts";
import { readModelFolder } from "./model-folder.ts";
import type { ModelTree } from "./model-tree.ts";
import { baseName, folderOf, inFolder } from "./paths.ts";
import { formAt, ggufAt, kindAt, namesIn } from "./weights-files.ts";

/** The most parts of a split file seen: 25. */
const MAX_PARTS = 1000;

/**
 * The model at a path: a config.json, a .gguf or .safetensors file, or a folder with one, TensorRT-LLM's too.
 * Of a file with weights its header is read, and nothing else. Undefined where nothing is at the path; throws an
 * InputError for what can't be read.
 */
export async function readModelAt(tree: ModelTree, model: string): Promise<ModelSpec | undefined> {
  switch (await kindAt(tree, model)) {
    case "folder":
      return readFolder(tree, model);
    case "file":
      return readFile(tree, model);
    default:
      return;
  }
}

async function readFolder(tree: ModelTree, model: string): Promise<ModelSpec> {
  const folder = model.replace(/[\\/]+$/, "");
  const found = await readModelFolder(tree, {
    id: model,
    folder: model,
    configName: `${folder}/config.json`,
    configFile: "config.json",
  });
  return found ?? readGgufFile(tree, inFolder(model, await onlyGguf(tree, model)));
}

/** The one GGUF file of a folder; a split one counts once. */
async function onlyGguf(tree: ModelTree, model: string): Promise<string> {
  const files = (await namesIn(tree, model)).filter((name) => /\.gguf$/i.test(name)).sort();
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
  return only;
}

async function readFile(tree: ModelTree, model: string): Promise<ModelSpec> {
  const form = await formAt(tree, model);
  if (form === "gguf" || /\.gguf$/i.test(model)) {
    return readGgufFile(tree, model);
  }
  if (form === "safetensors" || /\.safetensors$/i.test(model)) {
    return readBesideWeights(tree, model);
  }
  const found = await readModelFolder(tree, {
    id: model,
    folder: folderOf(model),
    configName: model,
    configFile: baseName(model),
  });
  if (found === undefined) {
    throw new InputError({ file: model }, "no such file");
  }
  return found;
}

/** The folder of a .safetensors file as a model. Throws an InputError where no config.json is beside it. */
async function readBesideWeights(tree: ModelTree, id: string): Promise<ModelSpec> {
  const model = await readModelFolder(tree, {
    id,
    folder: folderOf(id),
    configName: inFolder(folderOf(id), "config.json"),
    configFile: "config.json",
    weights: baseName(id),
  });
  if (model === undefined) {
    throw new InputError(
      { file: id },
      "holds tensors only; expected the model's config.json beside it",
    );
  }
  return model;
}

/** The model in a GGUF file, with all its parts where its name says that it is split. */
async function readGgufFile(tree: ModelTree, id: string): Promise<ModelSpec> {
  const split = ggufSplit(baseName(id));
  const names = split === undefined ? [baseName(id)] : ggufParts(split).slice(0, MAX_PARTS);
  const headers: GgufHeader[] = [];
  for (const name of names) {
    const called = split === undefined ? id : name;
    const header = await ggufAt(tree, inFolder(folderOf(id), name), called);
    if (header === undefined) {
      throw new InputError({ file: id }, `expected all ${names.length} parts, found no ${name}`);
    }
    headers.push(header);
  }
  return importGguf(id, id, merged(headers));
}

/** Metadata are in the first part, and the tensors of each in its own table. */
function merged(headers: readonly GgufHeader[]): GgufHeader {
  return {
    metadata: headers[0]?.metadata ?? new Map(),
    tensors: headers.flatMap(({ tensors }) => tensors),
  };
}
