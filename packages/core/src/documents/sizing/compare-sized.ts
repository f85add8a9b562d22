import { goalGain, type PlanValue, planValue, wantedOf } from "../staying/plan-value.ts";
import { carriedIn, leastCarried } from "./carried.ts";
import type { Sized } from "./size-fleet.ts";

/** A size that carries no more than this much more than another one is no gain. */
const LEAST_GAIN = 0.01;

/**
 * Whether nobody lost its place, and what is carried of the rates is more; or as much, and the others' shares are; or both, and the
 * plan is better at what the objective asks for, or takes less for it.
 */
export function isBetter(after: Sized, before: Sized): boolean {
  const placed = (sized: Sized): readonly string[] => sized.plan.unplaced.map((one) => one.model);
  const isPlaced = placed(after).every((name) => placed(before).includes(name));
  return isPlaced && gainOf(after, before) > 0;
}

function gainOf(after: Sized, before: Sized): number {
  const [is, was] = [sizedValue(after), sizedValue(before)];
  const isPriced = is.goals.some(({ id }) => id === "cost");
  const cards = was.cards - is.cards;
  const precision = was.stepsBelow - is.stepsBelow;
  return (
    firstGain(is.rates, was.rates, LEAST_GAIN) ||
    firstGain(is.shares, was.shares, 0) ||
    goalGain(is, was) ||
    (isPriced ? cards || precision : precision || cards) ||
    was.replicas - is.replicas ||
    was.sequences - is.sequences
  );
}

interface SizedValue extends PlanValue {
  /** What is carried of each rate within the targets, least first, and then at all. */
  readonly rates: readonly number[];
  /** Steps that replicas are below what their models like best, on average. */
  readonly stepsBelow: number;
  readonly replicas: number;
}

function sizedValue({ problem, plan, sizes, served, goals }: Sized): SizedValue {
  const { deployments } = plan;
  const objective = goals.filter(({ id }) => id !== "rates");
  const value = planValue(problem, deployments, objective);
  const fixed = problem.models.filter(({ name }) => !sizes.has(name));
  const shares = fixed.map((model) => {
    const own = deployments.filter((one) => one.model === model.name);
    const held = own.reduce((sum, { concurrentSequences }) => sum + concurrentSequences, 0);
    return Math.min(1, held / wantedOf(model));
  });
  const asked = (plan.workloads ?? []).flatMap(({ model, requestsPerSecond: rate = 0 }) => {
    const own = served.flatMap(({ deployment }) =>
      deployment.model === model ? [deployment] : [],
    );
    const loss = problem.models.find(({ name }) => name === model)?.survives?.loss;
    const most = own.reduce((sum, { serves }) => sum + serves.mostRequestsPerSecond, 0);
    return rate > 0 ? [{ rate, within: leastCarried(carriedIn(plan, own, loss)), most }] : [];
  });
  const parts = (of: (one: (typeof asked)[number]) => number): readonly number[] =>
    asked.map((one) => Math.min(1, of(one) / one.rate)).sort((a, b) => a - b);
  return {
    ...value,
    rates: [...parts(({ within }) => within), ...parts(({ most }) => most)],
    shares: shares.sort((a, b) => a - b),
    stepsBelow: value.precision / Math.max(1, deployments.length),
    replicas: deployments.length,
  };
}

/** By how much the first differs that differs by more than a part of it. */
function firstGain(is: readonly number[], was: readonly number[], part: number): number {
  const gains = is.map((value, i) => value - (was[i] ?? 0));
  return gains.find((gain, i) => Math.abs(gain) > part * (was[i] ?? 0)) ?? 0;
}
