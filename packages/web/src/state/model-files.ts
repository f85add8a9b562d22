import type { FleetFile } from "@berth/core";
import { HEADER_ENDING } from "@berth/core/files";
import type { Workspace } from "./workspace.ts";

/** What the fleet's models and their drafts are called, in the order of the file. */
export function filesNamed({ models }: FleetFile): readonly string[] {
  return models.flatMap(({ model, draft }) => (draft === undefined ? [model] : [model, draft]));
}

/** Whether a model's file, or a folder of this name, was brought; a header counts as the file that it stands for. */
export function hasFiles({ files }: Pick<Workspace, "files">, model: string): boolean {
  const path = model.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
  return files.some(
    ({ name }) => name === path || name === path + HEADER_ENDING || name.startsWith(`${path}/`),
  );
}
