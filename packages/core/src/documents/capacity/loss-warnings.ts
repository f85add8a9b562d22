import type { ModelCapacity } from "./capacity-document.ts";
import type { CapacityInput } from "./plan-capacity.ts";

/** Rates that differ by less are the same to three digits. */
const SAME = 0.01;

/**
 * Where the plan counts on less after the same loss, why: it takes all engines that share cards with what is left to go
 * on as before, while here those that are lost with it leave room. Nothing where other rates or lengths stand in.
 */
export function lossWarnings(
  { plan, change = {} }: CapacityInput,
  models: readonly ModelCapacity[],
): readonly string[] {
  const { scaleRate = 1, rate, prompt, output } = change;
  if (scaleRate !== 1 || rate !== undefined || prompt !== undefined || output !== undefined) {
    return [];
  }
  return (plan.sizing ?? []).flatMap(({ model, afterLoss: counted }) => {
    const found = models
      .find((one) => one.model === model)
      ?.afterLoss.find(({ lost }) => lost === counted?.lost);
    return counted === undefined ||
      found === undefined ||
      found.requestsPerSecond <= (1 + SAME) * counted.carriesPerSecond
      ? []
      : [
          `${model}: its plan counts on ${Number(counted.carriesPerSecond.toPrecision(3))} requests a second without ${counted.lost}, as if all other engines went on; here those that are lost with it leave room to what is left`,
        ];
  });
}
