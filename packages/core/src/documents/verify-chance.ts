import { normalAbove } from "../memory/normal.ts";
import { square } from "../units/same-math.ts";
import type { PlanDocument, PlanRank } from "./plan-document.ts";
import { nameOf } from "./verify-deployment.ts";

/** 97.5 % of a normal distribution lie below so many standard deviations; low and high of a term hold 95 %. */
const BOUND_SIGMAS = 1.959964;
/** Chances that differ by less are the same. */
const EXACT = 1e-9;

/**
 * What is wrong with the chances that a plan states: each is worked out again from the terms' values, upper bounds
 * and planned bytes, rank by rank, then added up over cards and over the plan.
 */
export function chanceProblems(plan: PlanDocument): readonly string[] {
  const ranks = plan.deployments.flatMap((deployment) =>
    deployment.ranks.map((rank) => ({ deployment, rank, misses: 1 - rankChance(rank) })),
  );
  const cards = plan.gpus.map((gpu) => ({
    gpu,
    misses: sum(ranks.filter(({ rank }) => rank.gpu === gpu.id).map(({ misses }) => misses)),
  }));
  const total = Math.max(0, 1 - sum(together(plan, ranks)));
  return [
    ...ranks
      .filter(({ rank, misses }) => differs(rank.chanceToFit, 1 - misses))
      .map(
        ({ deployment, rank, misses }) =>
          `${nameOf(deployment)} fits on ${rank.gpu} with a chance of ${1 - misses} instead of ${rank.chanceToFit}`,
      ),
    ...cards
      .filter(({ gpu, misses }) => differs(gpu.chanceToFit, Math.max(0, 1 - misses)))
      .map(
        ({ gpu, misses }) =>
          `${gpu.id} holds with a chance of ${Math.max(0, 1 - misses)} instead of ${gpu.chanceToFit}`,
      ),
    ...(differs(plan.chanceToFit, total)
      ? [`the plan holds with a chance of ${total} instead of ${plan.chanceToFit}`]
      : []),
    ...(total < plan.chanceWanted - EXACT && !hasStaying(plan)
      ? [`the plan holds with a chance of ${total}, less than the ${plan.chanceWanted} asked for`]
      : []),
  ];
}

/** Engines that go on hold what was planned for them beside fewer others; `engineMayStay` looks at each by itself. */
function hasStaying({ transition }: PlanDocument): boolean {
  return (transition?.stays.length ?? 0) > 0;
}

/** Chances to miss, one for all ranks of a stage that are on one kind of card: they hold the same. */
function together(
  plan: PlanDocument,
  ranks: readonly {
    readonly deployment: PlanDocument["deployments"][number];
    readonly rank: PlanRank;
    readonly misses: number;
  }[],
): readonly number[] {
  const groups = new Map<string, number>();
  for (const { deployment, rank, misses } of ranks) {
    const kind = plan.gpus.find(({ id }) => id === rank.gpu)?.catalogId;
    const key = `${nameOf(deployment)} ${Math.floor(rank.rank / deployment.tp)} ${kind}`;
    groups.set(key, Math.max(misses, groups.get(key) ?? 0));
  }
  return [...groups.values()];
}

/** That the terms before the KV cache stay within their plan, times that all do: both or neither is more likely. */
function rankChance({ terms }: PlanRank): number {
  const before = terms.filter(({ taken }) => taken === "before-kv");
  return chanceOf(before) * chanceOf(terms);
}

function chanceOf(terms: PlanRank["terms"]): number {
  const margin = sum(terms.map(({ plannedBytes, bytes }) => plannedBytes - bytes));
  const spread = Math.sqrt(
    sum(terms.map(({ highBytes, bytes }) => square((highBytes - bytes) / BOUND_SIGMAS))),
  );
  if (spread === 0) {
    return margin < 0 ? 0 : 1;
  }
  return 1 - normalAbove(margin / spread);
}

function differs(a: number, b: number): boolean {
  return !(Math.abs(a - b) <= EXACT);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
