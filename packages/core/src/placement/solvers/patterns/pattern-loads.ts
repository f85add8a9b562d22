import type { FleetIndex } from "../fleet-index.ts";
import type { Loads } from "../large/loads.ts";
import type { Fillable, Slot } from "./fill-card.ts";
import { cellsOf } from "./grid.ts";

/** What models ask of cards, and what cards can hold, in cells. */
export interface PatternLoads {
  /** Kinds of place on a card: of a class, so many cells, for one model or for any. */
  readonly rows: readonly Row[];
  /** Rows of one class for the same models, smallest first: a larger place serves who needs a smaller one. */
  readonly chains: readonly (readonly number[])[];
  /** Cards by class, and the places that they can be cut into. */
  readonly cards: readonly CardKind[];
  readonly models: readonly PatternModel[];
}

export interface Row {
  readonly cardClass: number;
  /** The model that it is for; the same for all where models are not told apart. */
  readonly group: number;
  readonly cells: number;
}

interface CardKind extends Fillable {
  readonly count: number;
}

export interface PatternModel {
  readonly priority: number;
  readonly replicas: number;
  /** Ways to run one replica: rows, each followed by how many ranks need such a place. */
  readonly ways: readonly (readonly number[])[];
}

/** How finely cards are cut, and whether places are told apart by model. */
export interface Fineness {
  readonly cells: number;
  readonly isByModel: boolean;
}

/** The loads in cells; needs that round to none are free. */
export function patternLoads(fleet: FleetIndex, loads: Loads, fineness: Fineness): PatternLoads {
  const places = new Places(fleet, fineness);
  const models = loads.models.map(({ model, priority, replicas, options }) => {
    const ways = options.map((option) => {
      const way = new Map<number, number>();
      for (let i = 0; i < option.length; i += 2) {
        const need = loads.needs[option[i] ?? -1];
        const row = need === undefined ? -1 : places.rowOf(need, model);
        way.set(row, (way.get(row) ?? 0) + (option[i + 1] ?? 0));
      }
      return [...way].filter(([row]) => row >= 0).flat();
    });
    return { priority, replicas, ways };
  });
  return { rows: places.all, chains: places.chains(), cards: places.cards(), models };
}

type Place = Slot & Row;

/** Each kind of place once. */
class Places {
  private readonly fleet: FleetIndex;
  private readonly fineness: Fineness;
  readonly all: Place[] = [];
  private readonly known = new Map<string, number>();

  constructor(fleet: FleetIndex, fineness: Fineness) {
    this.fleet = fleet;
    this.fineness = fineness;
  }

  /** -1 for a need of no cells. */
  rowOf(at: { readonly cardClass: number; readonly need: number }, model: number): number {
    const { cardClass, need } = at;
    const capacity = this.fleet.pools[cardClass]?.mostCapacity ?? 1;
    const cells = cellsOf(need, capacity, this.fineness.cells);
    if (cells === 0) {
      return -1;
    }
    const group = this.fineness.isByModel ? model : 0;
    const key = `${cardClass} ${group} ${cells}`;
    const row = this.known.get(key) ?? this.all.length;
    if (row === this.all.length) {
      this.known.set(key, row);
      this.all.push({ row, cardClass, group, cells });
    }
    return row;
  }

  chains(): readonly (readonly number[])[] {
    return this.groups(this.all).map((group) => group.map(({ row }) => row));
  }

  cards(): readonly CardKind[] {
    const { cells, isByModel } = this.fineness;
    return this.fleet.pools.map(({ cards }, p) => {
      const own = this.all
        .filter(({ cardClass }) => cardClass === p)
        .sort((a, b) => a.cells - b.cells);
      const groups = isByModel ? this.groups(own) : own.map((place) => [place]);
      return { count: cards.length, room: cells - 1, groups, isRepeated: !isByModel };
    });
  }

  /** Places on the same cards for the same models, smallest first. */
  private groups(places: readonly Place[]): readonly (readonly Place[])[] {
    const groups = new Map<string, Place[]>();
    for (const place of places) {
      const key = `${place.cardClass} ${place.group}`;
      groups.set(key, [...(groups.get(key) ?? []), place]);
    }
    return [...groups.values()].map((own) => own.sort((a, b) => a.cells - b.cells));
  }
}
