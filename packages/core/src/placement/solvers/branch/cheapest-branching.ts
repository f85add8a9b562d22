import type { Steps } from "../large/steps.ts";
import { type Layout, layoutOf, reachedBy } from "../layout.ts";
import { NOTHING, servedAt } from "../levels.ts";
import { type CostStage, demandOf, type Lexicographic } from "../standings.ts";
import { askedModels, type BranchingSearch } from "./ask-branching.ts";
import { branchAndPrice } from "./branch-and-price.ts";
import type { AskedModel, Limit, Question } from "./question.ts";
import { spreadLimits } from "./spread-limits.ts";

type Later = "missing" | "precision" | "cards" | "links" | "mixing";

const LATER: readonly Later[] = ["missing", "precision", "cards", "links", "mixing"];

/** Part of what is left of the limit that one stage may use, so that later ones are looked at too. */
const ONE_STAGE = 0.6;

/**
 * Among the layouts with these shares: the most sequences, then the best liked precisions, then the fewest cards,
 * then the fewest weak links, then the least mixing; each given what was reached before.
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
    ...spreadLimits(fleet, models),
  ];
  let layout = from;
  const proven = new Set<Later>();
  for (const kind of LATER) {
    const until = effort.nodes + Math.ceil(effort.left * ONE_STAGE);
    const least = yield* leastOf(search, { models, limits }, { layout, kind, until });
    ({ layout } = least);
    if (least.isProven && proven.size === LATER.indexOf(kind)) {
      proven.add(kind);
    }
    limits.push({ measure: { kind }, most: amountIn(search, models, { layout, kind }) });
  }
  return {
    layout,
    isPrecisionProven: proven.has("precision"),
    isCardsProven: proven.has("cards"),
    isLinksProven: proven.has("links"),
    isMixingProven: proven.has("mixing"),
  };
}

/** As little of a measure as can be, by asking for less than there is until there is none. */
function* leastOf(
  search: BranchingSearch,
  { models, limits }: Question,
  at: { readonly layout: Layout; readonly kind: Later; readonly until: number },
): Steps<{ readonly layout: Layout; readonly isProven: boolean }> {
  const { kind, until } = at;
  let { layout } = at;
  let amount = amountIn(search, models, { layout, kind });
  while (amount > 0) {
    const less: Limit = { measure: { kind }, most: amount - 1 };
    const question = { models, limits: [...limits, less] };
    const { found, isNone } = yield* branchAndPrice(search, question, until);
    if (found === undefined) {
      return { layout, isProven: isNone };
    }
    layout = layoutOf(search.fleet, found);
    amount = amountIn(search, models, { layout, kind });
  }
  return { layout, isProven: true };
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

function amountIn(
  { fleet }: BranchingSearch,
  models: readonly AskedModel[],
  { layout, kind }: { readonly layout: Layout; readonly kind: Later },
): number {
  if (kind !== "missing") {
    return reachedBy(fleet, layout)[kind];
  }
  const levels = new Map(layout.map(({ model, level }) => [model, level]));
  return models.reduce((sum, { model, cases }) => {
    const own = cases.find(({ level }) => level === levels.get(model));
    return sum + (own?.missing ?? 0);
  }, 0);
}
