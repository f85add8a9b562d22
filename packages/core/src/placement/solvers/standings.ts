import { wholePower } from "../../units/same-math.ts";
import type { Demand } from "../problem.ts";
import type { Effort } from "./effort.ts";
import type { FleetIndex } from "./fleet-index.ts";
import type { Steps } from "./large/steps.ts";
import type { Layout } from "./layout.ts";
import type { Ratio } from "./levels.ts";
import { levelAtShare } from "./levels.ts";
import type { Case } from "./search-items.ts";

/** A way out for a model that others may need too: `tier` says which ones are counted together. */
interface LowCase {
  /** None: the model is left out. */
  readonly level: number | undefined;
  readonly tier: number;
}

/** What is known of one model so far. */
export interface Standing {
  readonly model: number;
  /** Fixed for good; "open" as long as it rises with the common share. */
  readonly level: number | "open";
  readonly low: readonly LowCase[];
}

/** So many models may stay behind at each tier; fewer is impossible when earlier tiers are used as little as possible. */
export interface Lexicographic {
  readonly standings: readonly Standing[];
  readonly tiers: readonly number[];
}

/** What is known after a stage of the objective, and a layout that reaches it. */
export interface Stage {
  readonly state: Lexicographic;
  readonly layout: Layout;
  readonly isProven: boolean;
}

export interface Search {
  readonly fleet: FleetIndex;
  readonly effort: Effort;
  /** Who answers the questions instead of a search over cards. */
  readonly asker?: Asker;
}

/** Answers what a search stage by stage asks; `states` is how many each question may look at. */
export interface Asker {
  ask(
    search: Search,
    at: { readonly state: Lexicographic; readonly share: Ratio; readonly states: number },
  ): Steps<Answer>;
  /** Whether there is no answer to that, as far as a look tells. */
  isRefuted(
    search: Search,
    at: { readonly state: Lexicographic; readonly share: Ratio },
  ): Steps<boolean>;
  leastBehind(search: Search, at: Behind & { readonly states: number }): Steps<Least>;
  /** Among the layouts with these shares the best at every later stage. */
  cheapest(search: Search, state: Lexicographic, layout: Layout): Steps<CostStage>;
}

/** As few models behind as can be, tier by tier from position `from` on. */
export interface Behind {
  readonly state: Lexicographic;
  readonly share: Ratio;
  /** How many are behind in the layout known. */
  readonly start: Lexicographic;
  readonly from: number;
}

/** What is reached by asking for less until there is none. */
export interface Least {
  readonly layout: Layout | undefined;
  readonly isProven: boolean;
}

/** What each of the later stages reached, given those before. */
export interface CostStage {
  readonly layout: Layout;
  readonly isPrecisionProven: boolean;
  /** Of the cards, what they cost. */
  readonly isCostProven: boolean;
  readonly isCardsProven: boolean;
  readonly isLinksProven: boolean;
  readonly isMixingProven: boolean;
}

export type Answer =
  | { readonly kind: "found"; readonly layout: Layout }
  | { readonly kind: "none" }
  | { readonly kind: "unknown" };

/** One lexicographic price for each tier: one more model at a tier outweighs all later tiers. */
function tierPrices(state: Lexicographic): number[] {
  const base = state.standings.length + 1;
  return state.tiers.map((_, i) => wholePower(base, state.tiers.length - 1 - i));
}

export function budgetOf(state: Lexicographic): number {
  const prices = tierPrices(state);
  return state.tiers.reduce((sum, count, i) => sum + count * (prices[i] ?? 0), 0);
}

/** Whether the prices are exact numbers; with very many tiers they aren't. */
export function isExact(state: Lexicographic): boolean {
  return wholePower(state.standings.length + 1, state.tiers.length + 1) < Number.MAX_SAFE_INTEGER;
}

export function demandOf(fleet: FleetIndex, model: number): Demand {
  const demand = fleet.problem.demands[model];
  if (demand === undefined) {
    throw new RangeError(`no demand ${model}`);
  }
  return demand;
}

export function levelOf(fleet: FleetIndex, standing: Standing, share: Ratio): number {
  return standing.level === "open"
    ? levelAtShare(demandOf(fleet, standing.model), share)
    : standing.level;
}

/** The levels that each model may have when the open ones reach `share`. */
export function casesAt(
  fleet: FleetIndex,
  state: Lexicographic,
  share: Ratio,
): { readonly model: number; readonly cases: readonly Case[] }[] {
  const prices = tierPrices(state);
  return state.standings.map((standing) => ({
    model: standing.model,
    cases: [
      { level: levelOf(fleet, standing, share), penalty: 0 },
      ...standing.low.map(({ level, tier }) => ({ level, penalty: prices[tier] ?? 0 })),
    ],
  }));
}
