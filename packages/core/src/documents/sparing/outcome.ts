import type { PlannedModel } from "../../placement/planned-model.ts";
import { carriedOf } from "../sizing/carried-of.ts";
import type { ForRates } from "../sizing/plan-for-rates.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";

/** What sizing a fleet for its rates comes to. */
export interface Outcome {
  /** Models without a place, those that would not carry their rate after a loss among them. */
  readonly unplaced: readonly string[];
  /** What models with a place that are short of their rate carry. */
  readonly short: readonly Short[];
}

interface Short {
  readonly model: string;
  readonly carried: number;
  /** The part of its rate that is missing, in [0, 1]. */
  readonly missing: number;
}

export function outcomeOf(
  { sized, problem }: Pick<ForRates, "sized" | "problem">,
  workloads: readonly PlanWorkload[],
): Outcome {
  const { plan, served } = sized;
  const unplaced = new Set(plan.unplaced.map(({ model }) => model));
  for (const { name, refused } of problem.models) {
    if (refused !== undefined) {
      unplaced.add(name);
    }
  }
  const short = workloads.flatMap(({ model, requestsPerSecond: rate = 0 }): Short[] => {
    const isPlaced = served.some(({ deployment }) => deployment.model === model);
    const carried = carriedOf(sized, model);
    const isEnough = rate === 0 || carried > rate;
    return isEnough || !isPlaced || unplaced.has(model)
      ? []
      : [{ model, carried, missing: 1 - carried / rate }];
  });
  return { unplaced: [...unplaced], short };
}

/** Parts of rates that differ by less than this are the same. */
const LEAST_PART = 0.01;

/** Whether fewer models have no place, or else fewer are short, or by less; those of a higher priority go before. */
export function isBetter(
  after: Outcome,
  before: Outcome,
  models: readonly Pick<PlannedModel, "name" | "priority">[],
): boolean {
  const levels = [...new Set(models.map(({ priority }) => priority))].sort((a, b) => b - a);
  const countsOf = ({ unplaced, short }: Outcome): readonly number[] =>
    [unplaced, short.map(({ model }) => model)].flatMap((names) =>
      levels.map(
        (level) =>
          models.filter(({ name, priority }) => priority === level && names.includes(name)).length,
      ),
    );
  const [was, is] = [countsOf(before), countsOf(after)];
  const first = was.findIndex((count, i) => count !== is[i]);
  return first < 0
    ? missingIn(after) < missingIn(before) - LEAST_PART
    : (is[first] ?? 0) < (was[first] ?? 0);
}

function missingIn({ short }: Outcome): number {
  return short.reduce((sum, { missing }) => sum + missing, 0);
}
