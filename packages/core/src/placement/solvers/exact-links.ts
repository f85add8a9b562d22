import type { Choice } from "./choice.ts";
import type { Layout } from "./layout.ts";
import { reachedBy } from "./layout.ts";
import { minimise } from "./questions.ts";
import type { ItemList, ModelCases } from "./search-items.ts";
import { itemsOf, scaledCases } from "./search-items.ts";
import type { Search } from "./standings.ts";
import { demandOf } from "./standings.ts";

/** What is settled before links are looked at, in prices where a card costs 1. */
interface Settled {
  readonly cases: ModelCases;
  /** Of one step of a precision. */
  readonly preference: number;
  /** Least that any layout pays for precisions and cards. */
  readonly penalty: number;
  /** Most that any layout can pay. */
  readonly dearest: number;
  readonly layout: Layout;
}

/**
 * Among the layouts that pay the least: the fewest weak links, then the least mixing. Not searched for where
 * every model has the least of all its choices already.
 */
export function fewestLinks(
  search: Search,
  { cases, preference, penalty, dearest, layout }: Settled,
): { readonly layout: Layout; readonly isProven: boolean } {
  const { fleet } = search;
  const reached = reachedBy(fleet, layout);
  if (reached.links + reached.mixing === 0) {
    return { layout, isProven: true };
  }
  const most = mostOf(search, cases);
  const links = 1 + most.mixing;
  const scale = 1 + links * most.links + most.mixing;
  if (dearest * scale >= Number.MAX_SAFE_INTEGER) {
    return { layout, isProven: false };
  }
  const prices = { preference: preference * scale, links, mixing: 1 };
  const items = itemsOf(fleet, scaledCases(cases, scale), prices);
  const near = minimise(search, {
    items,
    start: penalty * scale + links * reached.links + reached.mixing,
    cardPrice: scale,
    part: 1,
    least: penalty * scale + leastOf(items, links),
  });
  return { layout: near.layout ?? layout, isProven: near.isProven };
}

/** The most that the models can cross and mix together. */
function mostOf(
  { fleet }: Search,
  cases: ModelCases,
): { readonly links: number; readonly mixing: number } {
  const demands = cases.map(({ model }) => demandOf(fleet, model));
  const most = (of: (option: (typeof demands)[number]["options"][number]) => number): number =>
    demands.reduce(
      (sum, { options, replicas }) =>
        sum + replicas * options.reduce((worst, option) => Math.max(worst, of(option)), 0),
      0,
    );
  return {
    links: most((option) => option.links ?? 0),
    mixing: most((option) => option.mixing ?? 0),
  };
}

/** What the models' nearest choices cost together; no packing costs less. */
function leastOf({ items, isCut }: ItemList, linkPrice: number): number {
  const costOf = ({ links, mixing }: Choice): number => linkPrice * links + mixing;
  return isCut ? 0 : items.reduce((sum, { choices }) => sum + Math.min(...choices.map(costOf)), 0);
}
