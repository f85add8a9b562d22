import type { FleetIndex } from "./fleet-index.ts";
import type { Layout, PlacedModel } from "./layout.ts";
import { eachRank } from "./layout.ts";
import { compareRatios, highestLevel, ratioAt } from "./levels.ts";

/**
 * The layout with its cards kept and its models raised, always the one with the least share that
 * can still be raised, as far as room allows. Only `models` are raised.
 */
export function fill(fleet: FleetIndex, layout: Layout, models: ReadonlySet<number>): Layout {
  const room = roomLeft(fleet, layout);
  const levels = layout.map((placed) => placed.level);
  const open = new Set(layout.flatMap((placed, i) => (models.has(placed.model) ? [i] : [])));
  while (open.size > 0) {
    const next = leastShare(fleet, layout, { levels, open });
    const placed = layout[next];
    if (placed !== undefined && canRaise(fleet, placed, { level: levels[next] ?? 0, room })) {
      take(fleet, placed, room);
      levels[next] = (levels[next] ?? 0) + 1;
    } else {
      open.delete(next);
    }
  }
  return layout.map((placed, i) => ({ ...placed, level: levels[i] ?? placed.level }));
}

/** Bytes left on each card. */
function roomLeft(fleet: FleetIndex, layout: Layout): number[] {
  const room = [...fleet.capacities];
  for (const placed of layout) {
    eachRankOf(fleet, placed, (card, stage) => {
      room[card] = (room[card] ?? 0) - stage.fixed - stage.perSequence * placed.level;
    });
  }
  return room;
}

function eachRankOf(
  fleet: FleetIndex,
  placed: PlacedModel,
  visit: Parameters<typeof eachRank>[2],
): void {
  for (const replica of placed.replicas) {
    const option = fleet.problem.demands[placed.model]?.options[replica.option];
    if (option !== undefined) {
      eachRank(option, replica, visit);
    }
  }
}

function leastShare(
  fleet: FleetIndex,
  layout: Layout,
  at: { readonly levels: readonly number[]; readonly open: ReadonlySet<number> },
): number {
  let best = -1;
  let bestRatio = { served: 2, wanted: 1 };
  for (const i of at.open) {
    const demand = fleet.problem.demands[layout[i]?.model ?? -1];
    const ratio = demand === undefined ? bestRatio : ratioAt(demand, at.levels[i] ?? 0);
    if (best < 0 || compareRatios(ratio, bestRatio) < 0) {
      best = i;
      bestRatio = ratio;
    }
  }
  return best;
}

/** A replica's cards are all distinct, and so are those of its sisters: each gives at most one share. */
function canRaise(
  fleet: FleetIndex,
  placed: PlacedModel,
  at: { readonly level: number; readonly room: readonly number[] },
): boolean {
  const demand = fleet.problem.demands[placed.model];
  if (demand === undefined || at.level >= highestLevel(demand)) {
    return false;
  }
  let hasRoom = placed.replicas.every(
    ({ option }) => at.level < (demand.options[option]?.mostSequences ?? 0),
  );
  eachRankOf(fleet, placed, (card, stage) => {
    hasRoom &&= (at.room[card] ?? 0) >= stage.perSequence;
  });
  return hasRoom;
}

function take(fleet: FleetIndex, placed: PlacedModel, room: number[]): void {
  eachRankOf(fleet, placed, (card, stage) => {
    room[card] = (room[card] ?? 0) - stage.perSequence;
  });
}
