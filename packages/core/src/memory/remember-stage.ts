import type { StagePlace } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { layerRanks } from "../model/parallelism.ts";

/** Answers kept for one model and detail; a batch has a few dozen layouts, odd input may have more. */
const MOST_ANSWERS = 4096;
/** Details kept for one model: types of cache, sizes of a block. */
const MOST_DETAILS = 100;
/** More than the ranks and stages that can be asked for, so that keys of different places differ. */
const PLACES = 2 ** 16;

/**
 * A function of a pipeline stage of a model and of one detail more, computed once for each: specs are frozen, so an
 * answer holds as long as they live. Stages that are cut by hand are not kept.
 */
export function rememberStage<T>(): (
  about: StagePlace & { readonly model: ModelSpec; readonly detail: string },
  compute: () => T,
) => T {
  const models = new WeakMap<ModelSpec, Map<string, Map<number, T>>>();
  return ({ model, parallelism, stage, detail }, compute) => {
    const details = models.get(model) ?? new Map<string, Map<number, T>>();
    models.set(model, details);
    const answers = details.get(detail) ?? new Map<number, T>();
    const isKept = answers.size > 0 || details.size < MOST_DETAILS;
    if (parallelism.stageLayers !== undefined || !isKept) {
      return compute();
    }
    details.set(detail, answers);
    const key = (layerRanks(parallelism) * PLACES + parallelism.pp) * PLACES + stage;
    const known = answers.get(key);
    if (known !== undefined || answers.has(key)) {
      return known as T;
    }
    const answer = compute();
    if (answers.size < MOST_ANSWERS) {
      answers.set(key, answer);
    }
    return answer;
  };
}
