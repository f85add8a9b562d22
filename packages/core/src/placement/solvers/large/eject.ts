import { cheapestSet } from "./cheapest-set.ts";
import type { Packing, Place } from "./packing.ts";
import type { Run, Way } from "./ways.ts";

/** A place that an item gets by sending others away, and what their going costs. */
export interface Ejection {
  readonly place: Place;
  readonly victims: readonly number[];
  readonly cost: number;
}

export interface Eviction {
  readonly item: number;
  readonly way: Way;
  readonly host: number;
  /** What it costs to send each item away. */
  readonly costs: Float64Array;
  /** Dearer ejections are of no use. */
  readonly below: number;
}

/** The cheapest found way to make room on this host; undefined where there is none below the limit. */
export function ejectionOn(packing: Packing, at: Eviction): Ejection | undefined {
  if (packing.isClosed(at.item, at.host)) {
    return undefined;
  }
  const victims: number[] = [];
  const taken: number[] = [];
  const cards: number[][] = [];
  let cost = 0;
  for (const run of at.way.runs) {
    const own: number[] = [];
    for (let rank = 0; rank < run.count; rank += 1) {
      const clearing = { run, victims, taken, below: at.below - cost };
      const next = cheapestCard(packing, at, clearing);
      if (next === undefined) {
        return undefined;
      }
      cost += next.cost;
      own.push(next.card);
      taken.push(next.card);
      victims.push(...next.victims);
    }
    cards.push(own);
  }
  return { place: { way: at.way, host: at.host, cards }, victims, cost };
}

interface Cleared {
  readonly card: number;
  readonly victims: readonly number[];
  readonly cost: number;
}

interface Clearing {
  readonly run: Run;
  readonly victims: readonly number[];
  readonly taken: readonly number[];
  readonly below: number;
}

function cheapestCard(packing: Packing, at: Eviction, clearing: Clearing): Cleared | undefined {
  const { run, taken } = clearing;
  let { below } = clearing;
  let best: Cleared | undefined;
  for (const card of packing.sites.cardsAt[at.host * packing.sites.classes + run.cardClass] ?? []) {
    const isOpen = run.need <= packing.capacityOf(card) && !taken.includes(card);
    const cleared = isOpen ? clear(packing, at, { ...clearing, below, card }) : undefined;
    if (cleared !== undefined) {
      best = cleared;
      below = cleared.cost;
    }
  }
  return best;
}

/** Whom to send away from the card, besides those that go anyway: who clashes, then the cheapest that make room. */
function clear(
  packing: Packing,
  { item, costs }: Eviction,
  { card, run, victims, below }: Clearing & { readonly card: number },
): Cleared | undefined {
  let missing = run.need - packing.roomOn(card);
  let cost = 0;
  const gone: number[] = [];
  const staying: Stay[] = [];
  for (const tenant of packing.tenantsOn(card)) {
    const price = costs[tenant.item] ?? 0;
    if (victims.includes(tenant.item)) {
      missing -= tenant.need;
    } else if (packing.clash(item, tenant.item)) {
      missing -= tenant.need;
      cost += price;
      gone.push(tenant.item);
    } else {
      staying.push({ item: tenant.item, need: tenant.need, cost: price });
    }
  }
  if (missing <= 0) {
    return cost < below ? { card, victims: gone, cost } : undefined;
  }
  const more = cheapestSet(staying, missing, below - cost);
  return more && { card, victims: [...gone, ...more.items], cost: cost + more.cost };
}

type Stay = Parameters<typeof cheapestSet>[0][number];
