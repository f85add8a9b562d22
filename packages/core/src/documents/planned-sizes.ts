import type { EngineRules } from "../engine/rules.ts";
import { layerCount } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { InputError } from "../report/errors.ts";
import type { FleetModel } from "./fleet-file-types.ts";

/** Tensor parallel sizes to choose from when the fleet file does not say. */
const DEFAULT_TP = [1, 2, 4, 8] as const;
/** Pipeline parallel sizes to choose from when the fleet file does not say. */
const DEFAULT_PP = [1, 2, 3, 4] as const;

/** Tensor parallel sizes; an engine that deals out whole layers over its cards has none but 1. */
export function tensorSizes(
  { file, key, model }: { readonly file: string; readonly key: string; readonly model: FleetModel },
  rules: EngineRules,
): readonly number[] {
  if (rules.hasTensorParallel) {
    return sizes(model.tp, DEFAULT_TP);
  }
  const other = [model.tp ?? 1].flat().find((tp) => tp !== 1);
  if (other !== undefined) {
    throw new InputError(
      { file, key: `${key}.tp` },
      `expected 1 for ${rules.id}, which deals out whole layers over pp cards, got ${other}`,
    );
  }
  return [1];
}

/** Pipeline parallel sizes; by default none with more stages than the model has layers. */
export function pipelineSizes(model: FleetModel, spec: ModelSpec): readonly number[] {
  return sizes(model.pp, DEFAULT_PP).filter(
    (pp) => model.pp !== undefined || pp <= layerCount(spec),
  );
}

function sizes(
  asked: number | readonly number[] | undefined,
  fallback: readonly number[],
): readonly number[] {
  return asked === undefined ? fallback : [...new Set([asked].flat())];
}
