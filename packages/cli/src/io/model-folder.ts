import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError, importModelFiles, type ModelSpec, parseJson } from "@berth/core";
import {
  importTrtllm,
  isTrtllmConfig,
  readSafetensors,
  type StoredTensor,
  withMeasuredWeights,
} from "@berth/core/files";
import { fileSize, withFileSource } from "./file-source.ts";
import { MAX_CONFIG_BYTES, MAX_INDEX_BYTES, shardsOf } from "./model-files.ts";
import { readTextIfThere } from "./read-text.ts";

/** A folder with a config.json: where it is, what the user calls the model and the config. */
export interface ModelFolder {
  readonly id: string;
  readonly folder: string;
  /** The config's name in messages. */
  readonly configName: string;
  /** The config's file in the folder. */
  readonly configFile: string;
  /** One file of tensors that the user named, where no index names it. */
  readonly weights?: string;
}

/** The model in a folder; undefined where it has no config. Throws an InputError where files can't be read. */
export async function readModelFolder(from: ModelFolder): Promise<ModelSpec | undefined> {
  const path = join(from.folder, from.configFile);
  const name = from.configName;
  const text = await readTextIfThere({ path, name, maxBytes: MAX_CONFIG_BYTES });
  if (text === undefined) {
    return;
  }
  const config = parseJson(name, text);
  if (isTrtllmConfig(config)) {
    return importTrtllm({
      id: from.id,
      file: name,
      config,
      rankBytes: await rankBytes(from.folder),
    });
  }
  // beside a file of another name, these would be another model's
  const hasCompany = from.configFile === "config.json";
  const quant = hasCompany ? await textBeside(from, "hf_quant_config.json", MAX_CONFIG_BYTES) : {};
  const index = hasCompany
    ? await textBeside(from, "model.safetensors.index.json", MAX_INDEX_BYTES)
    : {};
  const model = importModelFiles({
    path: from.id,
    configFile: name,
    files: { "config.json": text, ...quant, ...index },
  });
  return hasCompany ? withHeaders(from, model, index["model.safetensors.index.json"]) : model;
}

async function textBeside(
  { folder }: ModelFolder,
  name: string,
  maxBytes: number,
): Promise<Readonly<Record<string, string>>> {
  const text = await readTextIfThere({ path: join(folder, name), name, maxBytes });
  return text === undefined ? {} : { [name]: text };
}

/** The model with what the headers of its shards say, if they are all there. */
async function withHeaders(
  from: ModelFolder,
  model: ModelSpec,
  index: string | undefined,
): Promise<ModelSpec> {
  const named =
    index === undefined
      ? await lonelyFile(from)
      : shardsOf("model.safetensors.index.json", parseJson("model.safetensors.index.json", index));
  const read: StoredTensor[] = [];
  let missing = 0;
  for (const shard of named) {
    const tensors = await tensorsOf(from, shard);
    missing += tensors === undefined ? 1 : 0;
    for (const tensor of tensors ?? []) {
      read.push(tensor);
    }
  }
  if (missing > 0 && missing < named.length) {
    const note = `${missing} of the ${named.length} files that its index names are not there: the config's arithmetic is used`;
    return { ...model, notes: [...model.notes, note] };
  }
  return read.length === 0
    ? model
    : withMeasuredWeights(model, { tensors: read, source: "safetensors headers" });
}

/** Without an index: the file that the user named, or the one that there is. */
async function lonelyFile({ folder, weights }: ModelFolder): Promise<readonly string[]> {
  if (weights !== undefined) {
    return [weights];
  }
  const names = (await readdir(folder)).filter((name) => name.endsWith(".safetensors"));
  const usual = names.filter((name) => name === "model.safetensors");
  const found = usual.length === 1 ? usual : names;
  return found.length === 1 ? found : [];
}

/** Undefined where the file is not there, or Git keeps a pointer in its place. */
async function tensorsOf(
  { folder }: ModelFolder,
  shard: string,
): Promise<readonly StoredTensor[] | undefined> {
  const path = join(folder, shard);
  if ((await fileSize(path)) === undefined) {
    return;
  }
  return withFileSource({ path, name: shard }, async (source) => {
    const first = new TextDecoder("latin1").decode(await source.read(0, LFS_POINTER.length));
    return first === LFS_POINTER ? undefined : readSafetensors(shard, source);
  });
}

const LFS_POINTER = "version https://git-lfs";

/** What each rank's file holds, in order: an engine's bytes, or the tensors of a checkpoint. */
async function rankBytes(folder: string): Promise<readonly number[]> {
  const sizes: number[] = [];
  for (let rank = 0; rank < MAX_RANK_FILES; rank += 1) {
    const engine = await fileSize(join(folder, `rank${rank}.engine`));
    const size = engine ?? (await checkpointBytes(folder, `rank${rank}.safetensors`));
    if (size === undefined) {
      break;
    }
    sizes.push(size);
  }
  return sizes;
}

/** The most ranks of one engine seen: 64. */
const MAX_RANK_FILES = 4096;

async function checkpointBytes(folder: string, name: string): Promise<number | undefined> {
  const tensors = await tensorsOf({ id: "", folder, configName: "", configFile: "" }, name);
  return tensors?.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The folder of a .safetensors file as a model. Throws an InputError where no config.json is beside it. */
export async function readBesideWeights(id: string, path: string): Promise<ModelSpec> {
  const model = await readModelFolder({
    id,
    folder: dirname(path),
    configName: join(dirname(id), "config.json"),
    configFile: "config.json",
    weights: basename(path),
  });
  if (model === undefined) {
    throw new InputError(
      { file: id },
      "holds tensors only; expected the model's config.json beside it",
    );
  }
  return model;
}
