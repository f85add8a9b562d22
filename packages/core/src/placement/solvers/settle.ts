import type { Steps } from "./large/steps.ts";
import type { Layout } from "./layout.ts";
import type { Ratio } from "./levels.ts";
import { ask } from "./questions.ts";
import type { Lexicographic, Search, Stage, Standing } from "./standings.ts";
import { levelOf } from "./standings.ts";

/**
 * Looks at each model that stays behind in this layout: one that must in every layout is fixed
 * there, so that it costs the later searches nothing. What remains open is a real choice.
 */
export function* settle(
  search: Search,
  from: { readonly state: Lexicographic; readonly layout: Layout; readonly share: Ratio },
): Steps<Stage> {
  let state = from.state;
  let isProven = true;
  for (const standing of from.state.standings) {
    const low = lowIn(search, standing, from);
    if (low === undefined) {
      continue;
    }
    const raised = replaceStanding(state, { ...standing, low: [] });
    const answer = yield* ask(search, raised, from.share);
    if (answer.kind !== "found") {
      isProven &&= answer.kind === "none";
      state = fixed(state, standing, low);
    }
  }
  return { state: compact(state), layout: from.layout, isProven };
}

/** The one way out of this model, where this layout takes it. */
function lowIn(
  search: Search,
  standing: Standing,
  at: { readonly layout: Layout; readonly share: Ratio },
): Standing["low"][number] | undefined {
  const level = at.layout.find((placed) => placed.model === standing.model)?.level;
  const isBehind = level === undefined || level < levelOf(search.fleet, standing, at.share);
  return isBehind && standing.low.length === 1 ? standing.low[0] : undefined;
}

function replaceStanding(state: Lexicographic, standing: Standing): Lexicographic {
  return {
    ...state,
    standings: state.standings.map((one) => (one.model === standing.model ? standing : one)),
  };
}

function fixed(
  state: Lexicographic,
  standing: Standing,
  low: Standing["low"][number],
): Lexicographic {
  const tiers = state.tiers.map((count, tier) => (tier === low.tier ? count - 1 : count));
  const { level } = low;
  if (level === undefined) {
    const standings = state.standings.filter((one) => one.model !== standing.model);
    return { standings, tiers };
  }
  return { ...replaceStanding(state, { ...standing, level, low: [] }), tiers };
}

/** Without tiers that nobody may use. */
function compact(state: Lexicographic): Lexicographic {
  const numbers = new Map<number, number>();
  state.tiers.forEach((count, tier) => {
    if (count > 0) {
      numbers.set(tier, numbers.size);
    }
  });
  return {
    tiers: state.tiers.filter((count) => count > 0),
    standings: state.standings.map((standing) => ({
      ...standing,
      low: standing.low.flatMap(({ level, tier }) => {
        const number = numbers.get(tier);
        return number === undefined ? [] : [{ level, tier: number }];
      }),
    })),
  };
}
