import type { LengthDistribution, Workload } from "../../capacity/workload.ts";
import type { PlanServes } from "../sizing/plan-sizing.ts";

/**
 * What was computed before for these lengths and targets under this key, or is now: the same fleet is solved for other
 * rates again and again, and what a replica serves at the most depends on none. Answers live as long as the lengths.
 */
export function servesOnce(
  { prompt, output, targets, sharedPrefix, arrivals }: Workload,
  replica: string,
  compute: () => PlanServes,
): PlanServes {
  const ofPrompt = known.get(prompt) ?? new WeakMap<LengthDistribution, Map<string, PlanServes>>();
  known.set(prompt, ofPrompt);
  const own = ofPrompt.get(output) ?? new Map<string, PlanServes>();
  ofPrompt.set(output, own);
  const key = JSON.stringify([replica, targets, sharedPrefix, arrivals.kind]);
  const serves = own.get(key) ?? compute();
  own.set(key, serves);
  return serves;
}

const known = new WeakMap<
  LengthDistribution,
  WeakMap<LengthDistribution, Map<string, PlanServes>>
>();
