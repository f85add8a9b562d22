import type { Layout } from "../layout.ts";
import { levelAtShare, type Ratio } from "../levels.ts";
import { Packing, type Place } from "./packing.ts";
import type { Sites } from "./sites.ts";
import type { PriceOf, Way } from "./ways.ts";
import { waysOnce } from "./ways-once.ts";

/** Replicas and ways of the models that are to be placed, at their levels. */
export interface Target {
  readonly packing: Packing;
  /** Ways of each model, none where it is left out. */
  readonly ways: ReadonlyMap<number, readonly Way[]>;
  readonly levels: ReadonlyMap<number, number>;
}

/** An empty packing for these models at a share; undefined where one of them has no way. */
export function targetAt(
  search: { readonly sites: Sites; readonly priceOf: PriceOf },
  at: { readonly models: readonly number[]; readonly share: Ratio },
): Target | undefined {
  const { demands } = search.sites.fleet.problem;
  const levels = new Map<number, number>();
  for (const model of at.models) {
    const demand = demands[model];
    if (demand !== undefined) {
      levels.set(model, levelAtShare(demand, at.share));
    }
  }
  const target = targetAtLevels(search, levels);
  const canAll = at.models.every((model) => (target.ways.get(model)?.length ?? 0) > 0);
  return canAll ? target : undefined;
}

/** An empty packing for these models, each at its level. */
export function targetAtLevels(
  { sites, priceOf }: { readonly sites: Sites; readonly priceOf: PriceOf },
  levels: ReadonlyMap<number, number>,
): Target {
  const ways = new Map<number, readonly Way[]>();
  const items = [...levels].flatMap(([model, level]) => {
    const demand = sites.fleet.problem.demands[model];
    ways.set(model, demand === undefined ? [] : waysOnce(sites, { demand, level, priceOf }));
    return Array.from({ length: demand?.replicas ?? 0 }, (_, replica) => ({ model, replica }));
  });
  return { packing: new Packing(sites, items), ways, levels };
}

/** Puts replicas where an earlier packing has them, largest first; gives those that no longer fit, the largest last. */
export function keepPlaces({ packing, ways }: Target, before: Packing): number[] {
  const known = new Map(
    before.items.map(({ model, replica }, item) => [`${model} ${replica}`, before.placeOf(item)]),
  );
  const left: number[] = [];
  const order = packing.items
    .map(({ model, replica }, item) => ({ item, model, replica, own: ways.get(model) ?? [] }))
    .map((one) => ({ ...one, size: one.own[0]?.price ?? 0 }))
    .sort((a, b) => b.size - a.size || a.item - b.item);
  for (const { item, model, replica, own } of order) {
    const place = known.get(`${model} ${replica}`);
    const way = own.find(({ option }) => option === place?.way.option);
    const kept = place && way && movedTo(place, way);
    if (kept !== undefined && fits(packing, item, kept)) {
      packing.put(item, kept);
    } else {
      left.push(item);
    }
  }
  return left.reverse();
}

/** The same cards by the same option at another level. */
function movedTo({ host, cards, way: before }: Place, way: Way): Place | undefined {
  const isAlike =
    before.runs.length === way.runs.length &&
    before.runs.every(
      (run, i) => run.cardClass === way.runs[i]?.cardClass && run.count === way.runs[i].count,
    );
  return isAlike ? { way, host, cards } : undefined;
}

/** Whether the item may be put there. */
export function fits(packing: Packing, item: number, place: Place): boolean {
  const { way, host, cards } = place;
  const hasRoom = way.runs.every(({ need }, run) =>
    (cards[run] ?? []).every((card) => packing.roomOn(card) >= need && packing.mayJoin(item, card)),
  );
  return hasRoom && !packing.isClosed(item, host) && packing.isWithinLimits(item, place);
}

/** The packing as a layout; every item has a place. */
export function layoutOfTarget(sites: Sites, { packing, levels }: Target): Layout {
  const { demands } = sites.fleet.problem;
  const byModel = new Map<number, { option: number; cards: readonly number[] }[]>();
  packing.items.forEach(({ model }, item) => {
    const place = packing.placeOf(item);
    if (place !== undefined) {
      const own = byModel.get(model) ?? [];
      byModel.set(model, own);
      const cards = stageCards(sites, { place, model, level: levels.get(model) ?? 1 });
      own.push({ option: place.way.option, cards });
    }
  });
  return [...byModel]
    .filter(([model, replicas]) => replicas.length === demands[model]?.replicas)
    .map(([model, replicas]) => ({ model, level: levels.get(model) ?? 1, replicas }))
    .sort((a, b) => a.model - b.model);
}

/** The place's cards stage by stage. */
function stageCards(
  { fleet }: Sites,
  at: { readonly place: Place; readonly model: number; readonly level: number },
): number[] {
  const { way, cards } = at.place;
  const free = cards.map((own) => [...own].sort((a, b) => b - a));
  const stages = fleet.problem.demands[at.model]?.options[way.option]?.stages ?? [];
  return stages.flatMap((stage) => {
    const cardClass = fleet.poolOf.get(stage.cardClass);
    const need = stage.fixed + stage.perSequence * at.level;
    const run = way.runs.findIndex((one) => one.cardClass === cardClass && one.need === need);
    const own = free[run] ?? [];
    return own.splice(own.length - stage.ranks).reverse();
  });
}
