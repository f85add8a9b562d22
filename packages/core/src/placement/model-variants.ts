import type { PlannedModel } from "./planned-model.ts";

/** Settings of one replica that the planner may choose instead of the model's own. */
export interface Alternative extends Pick<PlannedModel, "kvCacheDtype" | "ep"> {
  readonly limits: Pick<PlannedModel["limits"], "maxNumTokens" | "maxBatchSize">;
  /** Places further down its lists than what is liked best, all lists together. */
  readonly steps: number;
}

/** The model with each choice of settings, its own first, and how many steps below that each one is liked. */
export function variantsOf(
  model: PlannedModel,
): readonly { readonly model: PlannedModel; readonly steps: number; readonly name: string }[] {
  const others = (model.alternatives ?? []).map(({ kvCacheDtype, ep, limits, steps }) => ({
    model: { ...model, kvCacheDtype, ep, limits: { ...model.limits, ...limits } },
    steps,
    name: `kv-${kvCacheDtype} ep${ep} tokens${limits.maxNumTokens} batch${limits.maxBatchSize}`,
  }));
  return [{ model, steps: 0, name: "" }, ...others];
}
