import {
  type FleetFile,
  type FleetModel,
  InputError,
  importPreset,
  type ModelPart,
  type ModelSpec,
  modelKey,
  modelPreset,
} from "@berth/core";
import {
  draftOfModel,
  looksLikePath,
  type ModelTree,
  readDraftAt,
  readModelAt,
  withPart,
} from "@berth/core/files";
import { FLEET_FILE, type Workspace } from "../state/workspace.ts";
import { workspaceTree } from "./workspace-tree.ts";

/**
 * Every model of the fleet that is no catalogue id or has a draft, and whose files are here, read as the command line
 * reads them. What is of no catalogue is there without its draft too, for what is asked of a plan.
 */
export async function readModels(
  { models }: FleetFile,
  { files }: Workspace,
): Promise<ReadonlyMap<string, ModelSpec>> {
  const tree = workspaceTree(files);
  const read = new Map<string, ModelSpec>();
  for (const [place, entry] of models.entries()) {
    const { model, draft } = entry;
    const isFile = looksLikePath(model) || modelPreset(model) === undefined;
    const spec = isFile ? await at(place, "model", readModelAt(tree, model)) : importPreset(model);
    if (spec !== undefined && isFile) {
      read.set(model, spec);
    }
    if (spec !== undefined && draft !== undefined) {
      const part = await at(place, "draft", readDraft(tree, draft, spec));
      read.set(modelKey(entry), withPart(spec, part));
    }
  }
  return read;
}

/** Throws an InputError where its files are not here: a page has no other. */
async function readDraft(tree: ModelTree, draft: string, target: ModelSpec): Promise<ModelPart> {
  const preset = looksLikePath(draft) ? undefined : importPreset(draft);
  if (preset !== undefined) {
    return draftOfModel(draft, preset);
  }
  const part = await readDraftAt(tree, draft, target);
  if (part === undefined) {
    throw new InputError(
      { file: draft },
      "neither a model of the catalogue nor among the files that were brought here; drop its config.json on the page",
    );
  }
  return part;
}

/** What is read, with the key of the fleet file in what is wrong with it. */
async function at<T>(
  place: number,
  key: keyof Pick<FleetModel, "model" | "draft">,
  reading: Promise<T>,
): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof InputError) {
      throw new InputError({ file: FLEET_FILE, key: `models[${place}].${key}` }, error.message, {
        cause: error,
      });
    }
    throw error;
  }
}
