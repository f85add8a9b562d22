import { rootOfSquares } from "../units/same-math.ts";
import type { Derived } from "./explained-number.ts";
import type { PlanDeployment, PlanGpu, PlanRank } from "./plan-document.ts";

/** 97.5 % of a normal distribution lie below so many standard deviations; low and high of a term hold 95 %. */
const BOUND_SIGMAS = 1.959964;

/** How far a rank's terms may exceed their values, and how likely it is that they stay within what is planned. */
export function rankChance({ terms, chanceToFit }: PlanRank): readonly Derived[] {
  const before = terms.filter(({ taken }) => taken === "before-kv");
  const sums = [
    { margin: "margin_before", spread: "spread_before", terms: before },
    { margin: "margin", spread: "spread_of_terms", terms },
  ].filter((sum) => spreadOf(sum.terms) > 0);
  return [
    {
      id: "margin",
      value: marginOf(terms),
      unit: "byte",
      law: "planned_terms - terms",
      values: {
        planned_terms: sumOf(terms.map(({ plannedBytes }) => plannedBytes)),
        terms: sumOf(terms.map(({ bytes }) => bytes)),
      },
    },
    {
      id: "chance-to-fit",
      value: chanceToFit,
      unit: "1",
      law: sums.map(belowLaw).join(" * ") || "1",
      values: Object.fromEntries(
        sums.flatMap((sum) => [
          [sum.margin, marginOf(sum.terms)],
          [sum.spread, spreadOf(sum.terms)],
        ]),
      ),
    },
  ];
}

/** That a normal sum stays within its margin. */
function belowLaw({
  margin,
  spread,
}: {
  readonly margin: string;
  readonly spread: string;
}): string {
  return `(1 + erf(${margin} / (sqrt(2) * ${spread}))) / 2`;
}

/** What is left of certainty when every rank on the card may miss its plan. */
export function cardMisses(
  { id, chanceToFit }: PlanGpu,
  deployments: readonly PlanDeployment[],
): Derived {
  const ranks = deployments.flatMap((deployment) => deployment.ranks);
  const misses = sumOf(ranks.filter(({ gpu }) => gpu === id).map((rank) => 1 - rank.chanceToFit));
  return {
    id: "chance-to-fit",
    value: chanceToFit,
    unit: "1",
    law: "1 - misses",
    values: { misses },
  };
}

function marginOf(terms: PlanRank["terms"]): number {
  return sumOf(terms.map(({ plannedBytes, bytes }) => plannedBytes - bytes));
}

/** Standard deviation of the terms' sum above its value: independent terms, the root of the squares. */
function spreadOf(terms: PlanRank["terms"]): number {
  return rootOfSquares(terms.map(({ highBytes, bytes }) => (highBytes - bytes) / BOUND_SIGMAS));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
