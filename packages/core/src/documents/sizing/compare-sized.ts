import { goalGain, type PlanValue, planValue, wantedOf } from "../staying/plan-value.ts";
import { carriedOf } from "./carried-of.ts";
import type { Sized } from "./sized.ts";

/** A size that carries no more than this much more than another one is no gain. */
const LEAST_GAIN = 0.01;

/**
 * Whether nobody lost its place, and what is carried of the rates is more; or as much, and the others' shares are; or both, and the
 * plan is better at what the objective asks for, or takes less for it.
 */
export function isBetter(after: Sized, before: Sized): boolean {
  return isPlaced(after, before) && (gainOf(after, before) || fewerSequences(after, before)) > 0;
}

/** Whether that holds, or all is the same but for the sequences that replicas hold. */
export function isNoWorse(after: Sized, before: Sized): boolean {
  return isPlaced(after, before) && gainOf(after, before) >= 0;
}

function isPlaced(after: Sized, before: Sized): boolean {
  const unplaced = ({ plan }: Sized): readonly string[] => plan.unplaced.map(({ model }) => model);
  return unplaced(after).every((name) => unplaced(before).includes(name));
}

function fewerSequences(after: Sized, before: Sized): number {
  const held = ({ plan }: Sized): number =>
    plan.deployments.reduce((sum, { concurrentSequences }) => sum + concurrentSequences, 0);
  return held(before) - held(after);
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
    was.replicas - is.replicas
  );
}

interface SizedValue extends PlanValue {
  /** What is carried of each rate within the targets, least first, and then at all. */
  readonly rates: readonly number[];
  /** Steps that replicas are below what their models like best, on average. */
  readonly stepsBelow: number;
  readonly replicas: number;
}

function sizedValue(sized: Sized): SizedValue {
  const { problem, plan, sizes, served, goals } = sized;
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
    const own = served.filter(({ deployment }) => deployment.model === model);
    const most = own.reduce(
      (sum, { deployment }) => sum + deployment.serves.mostRequestsPerSecond,
      0,
    );
    return rate > 0 ? [{ rate, within: carriedOf(sized, model), most }] : [];
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
