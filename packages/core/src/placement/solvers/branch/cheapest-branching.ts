import { priceStep } from "../../price-step.ts";
import type { FleetIndex } from "../fleet-index.ts";
import type { Steps } from "../large/steps.ts";
import { type Layout, layoutOf, reachedBy } from "../layout.ts";
import { NOTHING, servedAt } from "../levels.ts";
import { type CostStage, demandOf, type Lexicographic } from "../standings.ts";
import { askedModels, type BranchingSearch } from "./ask-branching.ts";
import { branchAndPrice } from "./branch-and-price.ts";
import { limitsOfHosts } from "./limits-of-hosts.ts";
import { costLimit, hasPrices, leastStep } from "./paid.ts";
import type { AskedModel, Limit, Question } from "./question.ts";

type Later = "missing" | "precision" | "cost" | "cards" | "links" | "mixing";

const LATER: readonly Later[] = ["missing", "precision", "cost", "cards", "links", "mixing"];

/** Part of what is left of the limit that one stage may use, so that later ones are looked at too. */
const ONE_STAGE = 0.6;

/**
 * Among the layouts with these shares: the most sequences, then the best liked precisions, then the cheapest cards, where
 * they have prices, then the fewest, then the fewest weak links, then the least mixing; each given what was reached before.
 */
export function* cheapestBranching(
  search: BranchingSearch,
  state: Lexicographic,
  from: Layout,
): Steps<CostStage> {
  const { fleet, effort } = search;
  const models = withMissing(search, askedModels(search, state, NOTHING));
  const limits: Limit[] = [
    ...state.tiers.map((most, tier): Limit => ({ measure: { kind: "tier", tier }, most })),
    ...limitsOfHosts(fleet, models),
  ];
  const later = LATER.filter((kind) => kind !== "cost" || hasPrices(fleet));
  let layout = from;
  const proven = new Set<Later>();
  for (const [i, kind] of later.entries()) {
    const until = effort.nodes + Math.ceil(effort.left * ONE_STAGE);
    const settled = later.slice(0, i);
    const least = yield* leastOf(search, { models, limits }, { layout, settled, kind, until });
    ({ layout } = least);
    if (least.isProven && proven.size === i) {
      proven.add(kind);
    }
  }
  return {
    layout,
    isPrecisionProven: proven.has("precision"),
    isCostProven: proven.has(hasPrices(fleet) ? "cost" : "cards"),
    isCardsProven: proven.has("cards"),
    isLinksProven: proven.has("links"),
    isMixingProven: proven.has("mixing"),
  };
}

/** As little of a measure as can be without more of the settled ones, by asking for less than there is until there is none. */
function* leastOf(
  search: BranchingSearch,
  { models, limits }: Question,
  at: {
    readonly layout: Layout;
    readonly settled: readonly Later[];
    readonly kind: Later;
    readonly until: number;
  },
): Steps<{ readonly layout: Layout; readonly isProven: boolean }> {
  const { kind, settled, until } = at;
  const { fleet } = search;
  const step = kind === "cost" ? leastStep(fleet) : 1;
  let { layout } = at;
  let amounts = amountsIn(search, models, layout);
  while (amounts[kind] > 0) {
    const held = settled.map((own) => limitOf(fleet, own, amounts[own]));
    const less = limitOf(fleet, kind, amounts[kind] - step);
    const question = { models, limits: [...limits, ...held, less] };
    const { found, isNone } = yield* branchAndPrice(search, question, until);
    if (found === undefined) {
      return { layout, isProven: isNone };
    }
    layout = layoutOf(fleet, found);
    amounts = amountsIn(search, models, layout);
  }
  return { layout, isProven: true };
}

function limitOf(fleet: FleetIndex, kind: Later, most: number): Limit {
  return kind === "cost" ? costLimit(fleet, most) : { measure: { kind }, most };
}

/** Each case with the sequences that it is below the most of its model. */
function withMissing(
  { fleet }: BranchingSearch,
  models: readonly AskedModel[],
): readonly AskedModel[] {
  return models.map(({ model, cases }) => {
    const demand = demandOf(fleet, model);
    const served = cases.map(({ level }) => (level === undefined ? 0 : servedAt(demand, level)));
    const most = Math.max(...served);
    return { model, cases: cases.map((own, i) => ({ ...own, missing: most - (served[i] ?? 0) })) };
  });
}

function amountsIn(
  { fleet }: BranchingSearch,
  models: readonly AskedModel[],
  layout: Layout,
): Readonly<Record<Later, number>> {
  const { cards: paid, precision, links, mixing } = reachedBy(fleet, layout);
  const levels = new Map(layout.map(({ model, level }) => [model, level]));
  const missing = models.reduce((sum, { model, cases }) => {
    const own = cases.find(({ level }) => level === levels.get(model));
    return sum + (own?.missing ?? 0);
  }, 0);
  const step = priceStep(fleet.problem);
  const cost = Math.floor(paid / step);
  return { missing, precision, cost, cards: paid % step, links, mixing };
}
