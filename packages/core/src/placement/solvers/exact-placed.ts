import type { Demand } from "../problem.ts";
import { choicesAt } from "./choices.ts";
import type { Steps } from "./large/steps.ts";
import type { Layout } from "./layout.ts";
import { prioritiesOf } from "./layout.ts";
import { lowestLevel, NOTHING } from "./levels.ts";
import { ask, leastBehind } from "./questions.ts";
import { FREE, itemsOf } from "./search-items.ts";
import { settle } from "./settle.ts";
import type { Lexicographic, Search, Stage, Standing } from "./standings.ts";
import { demandOf, isExact } from "./standings.ts";

/**
 * As many models as possible, higher priorities first. Which ones of a priority stay out is left
 * open where there is a choice, for the later stages to decide. Where the incumbent has all of them, there is nothing to ask.
 */
export function* placeMost(search: Search, incumbent: Layout): Steps<Stage> {
  const { fleet } = search;
  const isIn = new Set(incumbent.map(({ model }) => model));
  const possible = fleet.problem.demands.flatMap((demand, model) => {
    return isIn.has(model) || isPossible(search, demand, model) ? [model] : [];
  });
  const all: Lexicographic = { standings: possible.map(open), tiers: [] };
  if (incumbent.length === possible.length) {
    return { state: all, layout: incumbent, isProven: true };
  }
  const answer = yield* ask(search, all, NOTHING);
  if (answer.kind === "found") {
    return { state: all, layout: answer.layout, isProven: true };
  }
  return yield* placeSome(search, incumbent, possible);
}

/** Whether it has a way by itself; for who counts replicas by their ways, one of them is enough. */
function isPossible({ fleet, asker }: Search, demand: Demand, model: number): boolean {
  const level = lowestLevel(demand);
  if (asker !== undefined) {
    const one = choicesAt(fleet, { ...demand, replicas: 1 }, { level, keptFor: "room" });
    return one.choices.length > 0;
  }
  const alone = itemsOf(fleet, [{ model, cases: [{ level, penalty: 0 }] }], FREE);
  return alone.isCut || alone.items[0]?.choices.length !== 0;
}

function open(model: number): Standing {
  return { model, level: "open", low: [] };
}

function* placeSome(search: Search, incumbent: Layout, possible: readonly number[]): Steps<Stage> {
  const { fleet } = search;
  const priorities = prioritiesOf(fleet);
  const start: Lexicographic = {
    standings: possible.map((model) => ({
      ...open(model),
      low: [{ level: undefined, tier: priorities.indexOf(demandOf(fleet, model).priority) }],
    })),
    tiers: priorities.map(() => 0),
  };
  if (!isExact(start)) {
    return given(incumbent);
  }
  const found = yield* leastBehind(search, {
    state: start,
    share: NOTHING,
    start: usedBy(start, incumbent),
    from: 0,
  });
  const layout = found.layout ?? incumbent;
  return found.isProven
    ? yield* settle(search, { state: usedBy(start, layout), layout, share: NOTHING })
    : given(layout);
}

/** The tiers as full as this layout makes them. */
function usedBy(state: Lexicographic, layout: Layout): Lexicographic {
  const isPlaced = new Set(layout.map((placed) => placed.model));
  const out = state.standings.filter((standing) => !isPlaced.has(standing.model));
  return {
    ...state,
    tiers: state.tiers.map(
      (_, tier) => out.filter((standing) => standing.low[0]?.tier === tier).length,
    ),
  };
}

/** What this layout places is placed, without a proof that there is no more. */
function given(layout: Layout): Stage {
  const standings = layout.map((placed) => open(placed.model));
  return { state: { standings, tiers: [] }, layout, isProven: false };
}
