import type { Effort } from "./effort.ts";
import type { FleetIndex } from "./fleet-index.ts";
import type { Steps } from "./large/steps.ts";
import type { Layout } from "./layout.ts";
import { layoutOf } from "./layout.ts";
import type { Ratio } from "./levels.ts";
import { PackingSearch } from "./packing-search.ts";
import type { ItemList } from "./search-items.ts";
import { FREE, itemsOf } from "./search-items.ts";
import type { Answer, Behind, Least, Lexicographic, Search } from "./standings.ts";
import { budgetOf, casesAt } from "./standings.ts";

/** Part of what is left of the limit that one of many questions may use, so that later ones are asked too. */
const ONE_OF_MANY = 0.35;

/** Whether all open models can reach `share` within the tiers, and how. */
export function* ask(search: Search, state: Lexicographic, share: Ratio): Steps<Answer> {
  const { fleet, effort, asker } = search;
  const states = nodesFor(effort, ONE_OF_MANY);
  if (asker !== undefined) {
    return yield* asker.ask(search, { state, share, states });
  }
  if (fleet.work?.isOver === true) {
    return { kind: "unknown" };
  }
  const packing = new PackingSearch(
    fleet,
    itemsOf(fleet, casesAt(fleet, state, share), FREE),
    effort,
  );
  return answerOf(fleet, packing.run(budgetOf(state), states));
}

/** As few models behind as can be; fewer than in `start`. */
export function* leastBehind(search: Search, at: Behind): Steps<Least> {
  const { fleet, effort, asker } = search;
  if (asker !== undefined) {
    return yield* asker.leastBehind(search, { ...at, states: nodesFor(effort, ONE_OF_MANY) });
  }
  return minimise(search, {
    items: itemsOf(fleet, casesAt(fleet, at.state, at.share), FREE),
    start: budgetOf(at.start),
    cardPrice: 0,
    part: ONE_OF_MANY,
  });
}

/** The least penalty below `start`, by asking for less until there is none. */
export function minimise(
  { fleet, effort }: Search,
  at: {
    readonly items: ItemList;
    readonly start: number;
    readonly cardPrice: number;
    /** Part of what is left of the limit that each question may use. */
    readonly part: number;
    /** No packing has less; 0 unless given. */
    readonly least?: number;
  },
): Least & { readonly penalty: number } {
  const { least = 0 } = at;
  let layout: Layout | undefined;
  let penalty = at.start;
  if (penalty <= least) {
    return { layout, penalty, isProven: true };
  }
  if (fleet.work?.isOver === true) {
    return { layout, penalty, isProven: false };
  }
  const packing = new PackingSearch(fleet, at.items, effort, at.cardPrice);
  while (penalty > least) {
    const found = packing.run(penalty - 1, nodesFor(effort, at.part));
    if (found.kind !== "found") {
      return { layout, penalty, isProven: found.kind === "none" };
    }
    layout = layoutOf(fleet, found.packed);
    ({ penalty } = found);
  }
  return { layout, penalty, isProven: true };
}

function answerOf(fleet: FleetIndex, found: ReturnType<PackingSearch["run"]>): Answer {
  return found.kind === "found" ? { kind: "found", layout: layoutOf(fleet, found.packed) } : found;
}

function nodesFor(effort: Effort, part: number): number {
  return Math.ceil(effort.left * part);
}
