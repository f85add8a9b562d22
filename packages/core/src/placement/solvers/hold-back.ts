import type { Steps } from "./large/steps.ts";
import type { Layout } from "./layout.ts";
import type { Ratio } from "./levels.ts";
import { levelAtShare } from "./levels.ts";
import { leastBehind } from "./questions.ts";
import { settle } from "./settle.ts";
import type { Lexicographic, Search, Stage, Standing } from "./standings.ts";
import { demandOf, isExact, levelOf } from "./standings.ts";

export interface Progress extends Stage {
  /** What all open models reach for certain. */
  readonly share: Ratio;
}

export interface Risen extends Progress {
  /** The next share, which not all open models reach; none at the top. */
  readonly next: Ratio | undefined;
  /** No layout gives all open models more. */
  readonly bound: Ratio;
}

/** Everyone still open stays at the share reached. */
export function closeAll({ fleet }: Search, from: Risen): Progress {
  return {
    ...from,
    state: fixedAt(from.state, (standing) => levelOf(fleet, standing, from.share)),
  };
}

/** Everyone stays where the layout has it, for want of effort to prove more. */
export function closeAsFound(_search: Search, from: Risen): Progress {
  const levels = new Map(from.layout.map((placed) => [placed.model, placed.level]));
  const standings = from.state.standings.filter((standing) => levels.has(standing.model));
  const state = { standings: standings.map((one) => ({ ...one, low: [] })), tiers: [] };
  return {
    ...from,
    state: fixedAt(state, (standing) => levels.get(standing.model) ?? 1, true),
    isProven: false,
  };
}

function fixedAt(
  state: Lexicographic,
  level: (standing: Standing) => number,
  all = false,
): Lexicographic {
  return {
    ...state,
    standings: state.standings.map((standing) =>
      all || standing.level === "open" ? { ...standing, level: level(standing) } : standing,
    ),
  };
}

/** Some of the models whose very next step this is stay behind: as few as possible. */
export function* holdBack(search: Search, from: Risen, next: Ratio): Steps<Progress> {
  const { fleet } = search;
  const stuck = from.state.standings.filter((standing) => {
    const demand = demandOf(fleet, standing.model);
    const step = levelAtShare(demand, next) - levelAtShare(demand, from.share);
    return standing.level === "open" && step > 0;
  });
  if (stuck.length === 1) {
    return { ...from, state: withStuck(search, from, stuck), share: next };
  }
  const state = withTier(search, from, stuck);
  if (!isExact(state)) {
    const behind = stuck.filter((one) => isBehind(search, one, { layout: from.layout, next }));
    return { ...from, state: withStuck(search, from, behind), share: next, isProven: false };
  }
  return yield* fewestBehind(search, { ...from, state }, { stuck, next });
}

function* fewestBehind(
  search: Search,
  from: Risen,
  { stuck, next }: { readonly stuck: readonly Standing[]; readonly next: Ratio },
): Steps<Progress> {
  const behindIn = (layout: Layout) =>
    stuck.filter((standing) => isBehind(search, standing, { layout, next }));
  const found = yield* leastBehind(search, {
    state: from.state,
    share: next,
    start: withCount(from.state, behindIn(from.layout).length),
    from: from.state.tiers.length - 1,
  });
  const layout = found.layout ?? from.layout;
  const behind = behindIn(layout);
  const before = { ...from, layout, state: withoutTier(from.state) };
  if (!found.isProven) {
    const state = withStuck(search, before, behind);
    return { ...before, state, share: next, isProven: false };
  }
  if (behind.length === stuck.length && stuck.every((standing) => standing.low.length === 0)) {
    return { ...before, state: withStuck(search, before, stuck), share: next };
  }
  const state = withCount(from.state, behind.length);
  const settled = yield* settle(search, { state, layout, share: next });
  return { ...settled, share: next, isProven: from.isProven && settled.isProven };
}

/** Fixed for good at the share reached. */
function withStuck({ fleet }: Search, from: Risen, stuck: readonly Standing[]): Lexicographic {
  const models = new Set(stuck.map((standing) => standing.model));
  return {
    ...from.state,
    standings: from.state.standings.map((standing) =>
      models.has(standing.model)
        ? { model: standing.model, level: levelOf(fleet, standing, from.share), low: [] }
        : standing,
    ),
  };
}

/** With a last tier for those that stay at the share reached. */
function withTier({ fleet }: Search, from: Risen, stuck: readonly Standing[]): Lexicographic {
  const tier = from.state.tiers.length;
  const models = new Set(stuck.map((standing) => standing.model));
  return {
    tiers: [...from.state.tiers, 0],
    standings: from.state.standings.map((standing) =>
      models.has(standing.model)
        ? {
            ...standing,
            low: [...standing.low, { level: levelOf(fleet, standing, from.share), tier }],
          }
        : standing,
    ),
  };
}

function withoutTier(state: Lexicographic): Lexicographic {
  const last = state.tiers.length - 1;
  return {
    tiers: state.tiers.slice(0, last),
    standings: state.standings.map((standing) => ({
      ...standing,
      low: standing.low.filter((low) => low.tier !== last),
    })),
  };
}

function withCount(state: Lexicographic, count: number): Lexicographic {
  return { ...state, tiers: [...state.tiers.slice(0, -1), count] };
}

/** Placed by the layout exactly where it was, and by none of its earlier ways out. */
function isBehind(
  { fleet }: Search,
  standing: Standing,
  at: { readonly layout: Layout; readonly next: Ratio },
): boolean {
  const level = at.layout.find((placed) => placed.model === standing.model)?.level;
  return (
    level !== undefined &&
    level < levelAtShare(demandOf(fleet, standing.model), at.next) &&
    !standing.low.some((low) => low.level === level)
  );
}
