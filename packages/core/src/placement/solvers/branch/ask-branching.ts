import type { Steps } from "../large/steps.ts";
import type { Layout } from "../layout.ts";
import { layoutOf } from "../layout.ts";
import type { Ratio } from "../levels.ts";
import type { OpenProgram } from "../linear-program.ts";
import type { Answer, Behind, Least, Lexicographic, Search } from "../standings.ts";
import { levelOf } from "../standings.ts";
import { branchAndPrice } from "./branch-and-price.ts";
import type { AskedModel, Limit } from "./question.ts";
import { spreadLimits } from "./spread-limits.ts";

export interface BranchingSearch extends Search {
  readonly open: OpenProgram;
}

/** Whether all open models can reach `share` within the tiers. */
export function* askBranching(
  search: BranchingSearch,
  at: { readonly state: Lexicographic; readonly share: Ratio; readonly states: number },
): Steps<Answer> {
  const { fleet, effort } = search;
  const models = askedModels(search, at.state, at.share);
  const tiers = at.state.tiers.map(
    (most, tier): Limit => ({ measure: { kind: "tier", tier }, most }),
  );
  const limits = [...tiers, ...spreadLimits(fleet, models)];
  const until = effort.nodes + at.states;
  const { found, isProven } = yield* branchAndPrice(search, { models, limits }, { most: 0, until });
  if (found !== undefined) {
    return { kind: "found", layout: layoutOf(fleet, found.packed) };
  }
  return { kind: isProven ? "none" : "unknown" };
}

/** As few models behind as can be, tier by tier from position `from` on. */
export function* leastBehindBranching(
  search: BranchingSearch,
  at: Behind & { readonly states: number },
): Steps<Least> {
  const { fleet, effort } = search;
  const models = askedModels(search, at.state, at.share);
  let counts = at.start.tiers;
  let layout: Layout | undefined;
  let isProven = true;
  for (let tier = at.from; tier < counts.length; tier += 1) {
    const earlier = counts.slice(0, tier).map(limitOf);
    const limits = [...earlier, ...spreadLimits(fleet, models)];
    const goal = { kind: "tier", tier } as const;
    const most = (counts[tier] ?? 0) - 1;
    const until = effort.nodes + at.states;
    if (most >= 0) {
      const better = yield* branchAndPrice(search, { models, limits, goal }, { most, until });
      isProven &&= better.isProven;
      if (better.found !== undefined) {
        layout = layoutOf(fleet, better.found.packed);
        counts = countsIn(models, layout, counts);
      }
    }
  }
  return { layout, isProven };
}

function limitOf(most: number, tier: number): Limit {
  return { measure: { kind: "tier", tier }, most };
}

/** The levels that each model may have when the open ones reach `share`. */
export function askedModels(
  { fleet }: Search,
  state: Lexicographic,
  share: Ratio,
): readonly AskedModel[] {
  return state.standings.map((standing) => ({
    model: standing.model,
    cases: [{ level: levelOf(fleet, standing, share) }, ...standing.low],
  }));
}

/** How many are behind at each tier. */
function countsIn(
  models: readonly AskedModel[],
  layout: Layout,
  tiers: readonly number[],
): readonly number[] {
  const levels = new Map(layout.map(({ model, level }) => [model, level]));
  const behind = models.map(
    ({ model, cases }) => cases.find(({ level }) => level === levels.get(model))?.tier,
  );
  return tiers.map((_, tier) => behind.filter((own) => own === tier).length);
}
