import type { Steps } from "../large/steps.ts";
import type { Layout } from "../layout.ts";
import { layoutOf } from "../layout.ts";
import type { Ratio } from "../levels.ts";
import type { OpenProgram } from "../linear-program.ts";
import type { Answer, Behind, Least, Lexicographic, Search } from "../standings.ts";
import { levelOf } from "../standings.ts";
import { branchAndPrice } from "./branch-and-price.ts";
import { isRefuted } from "./is-refuted.ts";
import { limitsOfHosts } from "./limits-of-hosts.ts";
import type { AskedModel, Limit, Question } from "./question.ts";

export interface BranchingSearch extends Search {
  readonly open: OpenProgram;
}

/** Whether all open models can reach `share` within the tiers. */
export function* askBranching(
  search: BranchingSearch,
  at: { readonly state: Lexicographic; readonly share: Ratio; readonly states: number },
): Steps<Answer> {
  const { fleet, effort } = search;
  const until = effort.nodes + at.states;
  const { found, isNone } = yield* branchAndPrice(search, questionAt(search, at), until);
  if (found !== undefined) {
    return { kind: "found", layout: layoutOf(fleet, found) };
  }
  return { kind: isNone ? "none" : "unknown" };
}

/** Whether prices prove that not all open models can reach `share` within the tiers. */
export function* isRefutedBranching(
  search: BranchingSearch,
  at: { readonly state: Lexicographic; readonly share: Ratio },
): Steps<boolean> {
  return yield* isRefuted(search, questionAt(search, at));
}

function questionAt(
  search: BranchingSearch,
  at: { readonly state: Lexicographic; readonly share: Ratio },
): Question {
  const models = askedModels(search, at.state, at.share);
  return {
    models,
    limits: [...at.state.tiers.map(limitOf), ...limitsOfHosts(search.fleet, models)],
  };
}

/** As few models behind as can be, tier by tier from position `from` on. */
export function* leastBehindBranching(
  search: BranchingSearch,
  at: Behind & { readonly states: number },
): Steps<Least> {
  const models = askedModels(search, at.state, at.share);
  let known: Known = { counts: at.start.tiers, layout: undefined };
  let isProven = true;
  for (let tier = at.from; tier < known.counts.length; tier += 1) {
    const until = search.effort.nodes + at.states;
    const least = yield* leastAt(search, { models, tier, until, known });
    ({ known } = least);
    isProven &&= least.isProven;
  }
  return { layout: known.layout, isProven };
}

/** How many are behind at each tier, and the layout, if one was found, that has them. */
interface Known {
  readonly counts: readonly number[];
  readonly layout: Layout | undefined;
}

/**
 * As few behind at one tier as can be: by asking for one less until there is none. A number as a limit is proven sooner
 * than the least number as a goal: where the programme lacks a part of a card, it says so, and does not weigh that part
 * against the number.
 */
function* leastAt(
  search: BranchingSearch,
  at: {
    readonly models: readonly AskedModel[];
    readonly tier: number;
    readonly until: number;
    readonly known: Known;
  },
): Steps<{ readonly known: Known; readonly isProven: boolean }> {
  const { models, tier, until } = at;
  let { known } = at;
  let count = known.counts[tier] ?? 0;
  while (count > 0) {
    const tiers = [...known.counts.slice(0, tier), count - 1].map(limitOf);
    const limits = [...tiers, ...limitsOfHosts(search.fleet, models)];
    const { found, isNone } = yield* branchAndPrice(search, { models, limits }, until);
    if (found === undefined) {
      return { known, isProven: isNone };
    }
    const layout = layoutOf(search.fleet, found);
    known = { layout, counts: countsIn(models, layout, known.counts) };
    count = known.counts[tier] ?? 0;
  }
  return { known, isProven: true };
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
