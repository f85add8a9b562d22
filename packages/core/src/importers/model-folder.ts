import type { ModelSpec } from "../model/model.ts";
import { importModelFiles } from "./import-model-files.ts";
import type { ModelTree } from "./model-tree.ts";
import { parseJson } from "./parse-json.ts";
import { inFolder } from "./paths.ts";
import { shardsOf } from "./safetensors-shards.ts";
import type { StoredTensor } from "./stored-tensor.ts";
import { withMeasuredWeights } from "./tensors.ts";
import { importTrtllm, isTrtllmConfig } from "./trtllm-engine.ts";
import { engineBytesAt, namesIn, tensorsAt } from "./weights-files.ts";

/** The largest config.json seen is 0.2 MB (a quantised DeepSeek-V3 with its list of exclusions). */
export const MAX_CONFIG_BYTES = 16_000_000;

/** The largest safetensors index seen is about 60 MB (Kimi K2). */
export const MAX_INDEX_BYTES = 200_000_000;

const QUANT = "hf_quant_config.json";
const INDEX = "model.safetensors.index.json";

/** A folder with a config.json: where it is, what the user calls the model and the config. */
interface ModelFolder {
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
export async function readModelFolder(
  tree: ModelTree,
  from: ModelFolder,
): Promise<ModelSpec | undefined> {
  const name = from.configName;
  const text = await tree.text(inFolder(from.folder, from.configFile), {
    name,
    maxBytes: MAX_CONFIG_BYTES,
  });
  if (text === undefined) {
    return;
  }
  const config = parseJson(name, text);
  if (isTrtllmConfig(config)) {
    const bytes = await rankBytes(tree, from.folder);
    return importTrtllm({ id: from.id, file: name, config, rankBytes: bytes });
  }
  // beside a file of another name, these would be another model's
  const hasCompany = from.configFile === "config.json";
  const quant = hasCompany ? await textBeside(tree, from, [QUANT, MAX_CONFIG_BYTES]) : {};
  const index = hasCompany ? await textBeside(tree, from, [INDEX, MAX_INDEX_BYTES]) : {};
  const model = importModelFiles({
    path: from.id,
    configFile: name,
    files: { "config.json": text, ...quant, ...index },
  });
  return hasCompany ? withHeaders(tree, { from, model, index: index[INDEX] }) : model;
}

async function textBeside(
  tree: ModelTree,
  { folder }: ModelFolder,
  [name, maxBytes]: readonly [string, number],
): Promise<Readonly<Record<string, string>>> {
  const text = await tree.text(inFolder(folder, name), { name, maxBytes });
  return text === undefined ? {} : { [name]: text };
}

interface Described {
  readonly from: ModelFolder;
  readonly model: ModelSpec;
  readonly index: string | undefined;
}

/** The model with what the headers of its shards say, if they are all there. */
async function withHeaders(tree: ModelTree, { from, model, index }: Described): Promise<ModelSpec> {
  const named =
    index === undefined ? await lonelyFile(tree, from) : shardsOf(INDEX, parseJson(INDEX, index));
  const read: StoredTensor[] = [];
  let missing = 0;
  for (const shard of named) {
    const tensors = await tensorsAt(tree, inFolder(from.folder, shard), shard);
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
async function lonelyFile(
  tree: ModelTree,
  { folder, weights }: ModelFolder,
): Promise<readonly string[]> {
  if (weights !== undefined) {
    return [weights];
  }
  const names = (await namesIn(tree, folder)).filter((name) => name.endsWith(".safetensors"));
  const usual = names.filter((name) => name === "model.safetensors");
  const found = usual.length === 1 ? usual : names;
  return found.length === 1 ? found : [];
}

/** What each rank's file holds, in order: an engine's bytes, or the tensors of a checkpoint. */
async function rankBytes(tree: ModelTree, folder: string): Promise<readonly number[]> {
  const sizes: number[] = [];
  for (let rank = 0; rank < MAX_RANK_FILES; rank += 1) {
    const engine = await engineBytesAt(tree, inFolder(folder, `rank${rank}.engine`));
    const size = engine ?? (await checkpointBytes(tree, folder, `rank${rank}.safetensors`));
    if (size === undefined) {
      break;
    }
    sizes.push(size);
  }
  return sizes;
}

/** The most ranks of one engine seen: 64. */
const MAX_RANK_FILES = 4096;

async function checkpointBytes(
  tree: ModelTree,
  folder: string,
  name: string,
): Promise<number | undefined> {
  const tensors = await tensorsAt(tree, inFolder(folder, name), name);
  return tensors?.reduce((sum, { bytes }) => sum + bytes, 0);
}
