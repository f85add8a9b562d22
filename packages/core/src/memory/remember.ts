import type { ModelSpec } from "../model/model.ts";
import type { StoredWeights } from "../model/quantization.ts";

/** Answers kept for one model and one way to store it; a batch has a few dozen layouts. Four times as many save a large plan no time. */
const MOST_ANSWERS = 1024;

/**
 * A function of a model, its stored weights and a key, computed once for each: specs are frozen, so an answer
 * holds as long as they live.
 */
export function remember<T>(): (
  about: { readonly model: ModelSpec; readonly weights: StoredWeights },
  key: string,
  compute: () => T,
) => T {
  const models = new WeakMap<ModelSpec, WeakMap<StoredWeights, Map<string, T>>>();
  return ({ model, weights }, key, compute) => {
    const ofModel = models.get(model) ?? new WeakMap<StoredWeights, Map<string, T>>();
    models.set(model, ofModel);
    const answers = ofModel.get(weights) ?? new Map<string, T>();
    ofModel.set(weights, answers);
    const known = answers.get(key);
    if (known !== undefined) {
      return known;
    }
    const answer = compute();
    if (answers.size < MOST_ANSWERS) {
      answers.set(key, answer);
    }
    return answer;
  };
}
