import { slug } from "../../names.ts";
import type { RenderOptions } from "../target.ts";

/** Folders on the host, or in the container, that the bundle names. */
export interface EngineFolders {
  readonly models: string;
  readonly engines: string;
}

export function engineFolders(options: RenderOptions): EngineFolders {
  return {
    models: options.modelsFolder ?? "/models",
    engines: options.enginesFolder ?? "/engines",
  };
}

/**
 * Where a model's files are: an absolute path is taken as it is. A Hub id, or a path that only
 * means something where the plan was made, becomes a folder below `models`.
 */
export function modelFolder(source: string, models: string): string {
  return source.startsWith("/") ? source : `${models}/${slug(source)}`;
}
