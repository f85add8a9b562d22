import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "@berth/core";
import { createModelSource, type ModelSource } from "../io/model-source.ts";
import { type Folder, realInside, refuseLinksOut } from "./inside-folder.ts";

/** Models of the catalogue, the Hub and the folder. Throws an InputError for a file outside of it, and for a URL. */
export function folderModels(folder: Folder): ModelSource {
  const source = createModelSource();
  return {
    read: async (model, beside) => {
      await refuseOutside(folder, model, beside);
      return source.read(model, beside);
    },
    readDraft: async (draft, beside, target) => {
      await refuseOutside(folder, draft, beside);
      return source.readDraft(draft, beside, target);
    },
  };
}

/** Throws an InputError for a model that leads out of the folder, and for a URL. */
export async function refuseOutside(folder: Folder, model: string, beside: string): Promise<void> {
  if (/^\w+:\/\//.test(model)) {
    throw new InputError({ file: model }, "berth serve reads no URLs; berth plan does");
  }
  const real = await realInside(folder, resolve(beside, model), model);
  const found = await stat(real).catch(() => undefined);
  if (found !== undefined) {
    await refuseLinksOut(folder, found.isDirectory() ? real : dirname(real));
  }
}
