import { fewestLinks } from "./exact-links.ts";
import { type Layout, usedPrice } from "./layout.ts";
import { NOTHING, servedAt } from "./levels.ts";
import { minimise } from "./questions.ts";
import type { ItemList, ModelCases } from "./search-items.ts";
import { FREE, itemsOf, scaledCases } from "./search-items.ts";
import type { CostStage, Lexicographic, Search } from "./standings.ts";
import { casesAt, demandOf } from "./standings.ts";

/**
 * Among the layouts with these shares: the most sequences, then the best liked precisions, then the
 * fewest cards, then the fewest weak links and the least mixing.
 */
export function cheapest(search: Search, state: Lexicographic, layout: Layout): CostStage {
  const { fleet } = search;
  const cards = 1 + fleet.cardPrices.reduce((sum, price) => sum + price, 0);
  const cases = withSequences(search, state);
  const dearest = dearestOf(search, { cases, cards });
  if (dearest >= Number.MAX_SAFE_INTEGER) {
    return {
      layout,
      isPrecisionProven: false,
      isCostProven: false,
      isCardsProven: false,
      isLinksProven: false,
      isMixingProven: false,
    };
  }
  const build = (scale: number): ItemList =>
    itemsOf(fleet, scaledCases(cases, scale), { ...FREE, preference: scale });
  const liked = minimise(search, {
    items: build(1),
    start: penaltyOf(search, cases, layout),
    cardPrice: 0,
    part: 0.5,
  });
  const best = liked.layout ?? layout;
  const fewest = minimise(search, {
    items: build(cards),
    start: liked.penalty * cards + usedPrice(fleet, best),
    cardPrice: 1,
    part: 1,
  });
  const near = fewest.isProven
    ? fewestLinks(search, {
        cases: scaledCases(cases, cards),
        preference: cards,
        penalty: fewest.penalty,
        dearest,
        layout: fewest.layout ?? best,
      })
    : { layout: fewest.layout ?? best, isProven: false };
  return {
    layout: near.layout,
    isPrecisionProven: liked.isProven || fewest.isProven,
    isCostProven: fewest.isProven,
    isCardsProven: fewest.isProven,
    isLinksProven: near.isProven,
    isMixingProven: near.isProven,
  };
}

/** The largest penalty that can come up; prices are exact as long as it is a whole number. */
function dearestOf(
  { fleet }: Search,
  at: { readonly cases: ModelCases; readonly cards: number },
): number {
  let sum = 0;
  for (const { model, cases } of at.cases) {
    const dearest = cases.reduce((most, one) => Math.max(most, one.penalty), 0);
    sum += dearest + worstPreference({ fleet }, model);
  }
  return at.cards * (1 + sum);
}

/** The cases with prices such that a tier outweighs all sequences, and one sequence all precisions. */
function withSequences({ fleet }: Search, state: Lexicographic): ModelCases {
  const cases = casesAt(fleet, state, NOTHING);
  const missing = (model: number, level: number | undefined) => {
    const demand = demandOf(fleet, model);
    const most = servedAt(demand, Number.MAX_SAFE_INTEGER / demand.replicas);
    return level === undefined ? most : most - servedAt(demand, level);
  };
  const worst = (of: (model: number) => number) =>
    state.standings.reduce((sum, { model }) => sum + of(model), 0);
  const precision = 1 + worst((model) => worstPreference({ fleet }, model));
  const sequences = 1 + worst((model) => missing(model, undefined));
  return cases.map(({ model, cases: own }) => ({
    model,
    cases: own.map(({ level, penalty }) => ({
      level,
      penalty: own.length === 1 ? 0 : precision * (missing(model, level) + sequences * penalty),
    })),
  }));
}

function worstPreference({ fleet }: Pick<Search, "fleet">, model: number): number {
  const demand = demandOf(fleet, model);
  const worst = demand.options.reduce((most, option) => Math.max(most, option.preference), 0);
  return worst * demand.replicas;
}

function penaltyOf({ fleet }: Search, cases: ModelCases, layout: Layout): number {
  let sum = 0;
  for (const { model, cases: own } of cases) {
    const placed = layout.find((one) => one.model === model);
    const taken = own.find((one) => one.level === placed?.level);
    const options = demandOf(fleet, model).options;
    sum += taken?.penalty ?? 0;
    for (const { option } of placed?.replicas ?? []) {
      sum += options[option]?.preference ?? 0;
    }
  }
  return sum;
}
