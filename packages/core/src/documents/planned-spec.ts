import { importPreset, modelIds } from "../catalog/catalog.ts";
import type { ModelSpec } from "../model/model.ts";
import { InputError, shown } from "../report/errors.ts";
import { closest } from "../report/suggest.ts";
import type { FleetModel } from "./fleet-file-types.ts";
import { modelKey } from "./model-key.ts";

/** Models that were read from files, by `modelKey`: all with a draft, and those that are not of the catalogue. */
export type ModelFiles = ReadonlyMap<string, ModelSpec>;

interface SpecEntry {
  readonly file: string;
  readonly key: string;
  readonly model: FleetModel;
}

/** What a model of the fleet file is, with its draft. Throws an InputError where nobody knows. */
export function specOf({ file, key, model }: SpecEntry, files: ModelFiles): ModelSpec {
  const alone = files.get(model.model) ?? importPreset(model.model);
  const spec = model.draft === undefined ? alone : files.get(modelKey(model));
  if (spec === undefined && alone !== undefined) {
    throw new InputError(
      { file, key: `${key}.draft` },
      `expected a draft whose files are there, got ${shown(model.draft)}`,
    );
  }
  if (spec === undefined) {
    const near = closest(model.model, modelIds());
    throw new InputError(
      { file, key: `${key}.model` },
      `expected a model of the catalogue or a path to its config.json, got ${shown(model.model)}${near === undefined ? "" : `; did you mean ${near}?`}`,
    );
  }
  return spec;
}
