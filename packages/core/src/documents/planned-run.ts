import type { EngineRules } from "../engine/rules.ts";
import type { AskedRun } from "../memory/run-options.ts";
import type { ModelSpec } from "../model/model.ts";
import { optionsOf } from "./estimate-options.ts";
import type { FleetModel } from "./fleet-file-types.ts";

interface RunEntry {
  readonly file: string;
  /** Where the model stands in its file: "models[0]". */
  readonly key: string;
  readonly model: FleetModel;
}

/**
 * What a fleet file asks of a model beside its limits. Throws an InputError where its engine or the model does not have
 * that.
 */
export function plannedRun(
  { file, key, model }: RunEntry,
  { rules, spec }: { readonly rules: EngineRules; readonly spec: ModelSpec },
): AskedRun {
  const { draftLayers, draftTokens, imagesPerPrompt } = model;
  const asked = {
    ...(draftLayers === undefined ? {} : { draftLayers }),
    ...(draftTokens === undefined ? {} : { draftTokens }),
    ...(imagesPerPrompt === undefined ? {} : { imagesPerPrompt }),
  };
  return optionsOf(file, asked, { rules, model: spec, under: `${key}.` });
}
