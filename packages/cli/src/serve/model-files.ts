import { resolve } from "node:path";
import { InputError } from "@berth/core";
import {
  HEADER_ENDING,
  headerText,
  looksLikeHubId,
  type ModelTree,
  readHeader,
  readModelAt,
} from "@berth/core/files";
import { folderTree } from "../io/folder-tree.ts";
import { HttpProblem } from "../io/http-client.ts";
import { hubFromEnvironment } from "../io/hub.ts";
import type { ModelFilesAnswer, ModelRequest } from "./api.ts";
import { refuseOutside } from "./folder-models.ts";
import type { ServedPlace } from "./served-place.ts";

type Files = ModelFilesAnswer["files"];

/**
 * What a plan needs of a model's files, as texts: of the folder, and of the Hub where that is asked for. Throws an
 * InputError where there is no such model, and where its files can't be read.
 */
export async function modelFiles(
  { model, hub = false }: ModelRequest,
  place: ServedPlace,
): Promise<ModelFilesAnswer> {
  const beside = resolve(place.root, place.fleetFolder);
  await refuseOutside(place, model, beside);
  const own = await filesAt(folderTree(beside), model);
  return { schema: "berth/model-files@1", files: own ?? (await filesOfHub(model, hub)) };
}

/** The files that were read to know the model; undefined where nothing is there. */
async function filesAt(tree: ModelTree, model: string): Promise<Files | undefined> {
  const texts = new Map<string, string>();
  const weights = new Set<string>();
  const seen: ModelTree = {
    ...tree,
    text: async (path, limits) => {
      const text = await tree.text(path, limits);
      if (text !== undefined) {
        texts.set(path, text);
      }
      return text;
    },
    read: (path, name, use) => {
      weights.add(path);
      return tree.read(path, name, use);
    },
    size: async (path) => {
      const size = await tree.size(path);
      if (size !== undefined) {
        weights.add(path);
      }
      return size;
    },
  };
  const isThere = await readModelAt(seen, model).catch((error: unknown) => {
    // a draft's config says less than a model's: whoever asked reads it as what it is for
    if (error instanceof InputError && texts.size > 0) {
      return true;
    }
    throw error;
  });
  if (isThere === undefined) {
    return;
  }
  const headers = await Promise.all(
    [...weights].filter((path) => !texts.has(path)).map((path) => headerAt(tree, path)),
  );
  return [...[...texts].map(([name, text]) => ({ name, text })), ...headers.flat()];
}

/** The header of a file with weights; nothing for what is none, such as a pointer that Git keeps. */
async function headerAt(tree: ModelTree, path: string): Promise<Files> {
  try {
    const header = await tree.read(path, path, (source) => readHeader(path, source));
    return header === undefined ? [] : [{ name: path + HEADER_ENDING, text: headerText(header) }];
  } catch (error) {
    if (error instanceof InputError) {
      return [];
    }
    throw error;
  }
}

async function filesOfHub(model: string, mayAsk: boolean): Promise<Files> {
  if (!(mayAsk && looksLikeHubId(model))) {
    throw new InputError({ file: model }, "no such file or folder");
  }
  try {
    return await hubFromEnvironment().files(model);
  } catch (error) {
    throw error instanceof HttpProblem
      ? new InputError({ file: model }, error.message, { cause: error })
      : error;
  }
}
