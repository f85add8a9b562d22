import { type FleetFile, InputError, type ModelSpec, modelPreset } from "@berth/core";
import { looksLikePath, type ModelTree, readModelAt } from "@berth/core/files";
import { FLEET_FILE, type Workspace } from "../state/workspace.ts";
import { workspaceTree } from "./workspace-tree.ts";

/** Every model of the fleet that is no catalogue id and whose files are here, read as the command line reads them. */
export async function readModels(
  { models }: FleetFile,
  { files }: Workspace,
): Promise<ReadonlyMap<string, ModelSpec>> {
  const tree = workspaceTree(files);
  const read = new Map<string, ModelSpec>();
  for (const [place, { model }] of models.entries()) {
    const isFile = looksLikePath(model) || modelPreset(model) === undefined;
    const spec = isFile ? await readModel(tree, model, place) : undefined;
    if (spec !== undefined) {
      read.set(model, spec);
    }
  }
  return read;
}

async function readModel(
  tree: ModelTree,
  model: string,
  place: number,
): Promise<ModelSpec | undefined> {
  try {
    return await readModelAt(tree, model);
  } catch (error) {
    if (error instanceof InputError) {
      const key = `models[${place}].model`;
      throw new InputError({ file: FLEET_FILE, key }, error.message, { cause: error });
    }
    throw error;
  }
}
