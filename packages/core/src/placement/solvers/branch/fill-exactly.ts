import { type Frontier, frontiersOf, worthOf } from "./frontier.ts";

/** Something that a card may hold, what it takes of it, and what it is worth. */
export interface Slot {
  readonly place: number;
  readonly need: number;
  readonly worth: number;
}

export interface Filled {
  readonly worth: number;
  readonly places: readonly number[];
}

/** Slots of one model, of which a card holds one at most; and the models that it shares no card with. */
export interface SlotGroup {
  readonly slots: readonly Slot[];
  readonly conflicts: readonly boolean[];
  /** The model, as `conflicts` count it. */
  readonly model: number;
}

/** What differs by less is the same. */
const SAME = 1e-11;

/** A search that takes longer is told what the room is worth exactly, which takes as long; many models that are alike need it. */
const PATIENCE = 20_000;
const MOST_FRONTIER = 4096;

/**
 * The slots that are worth most together on a card of so many bytes, by depth first search: a group without room
 * for its best is worth no more than its densest slot for each byte that is left.
 */
export function fillExactly(groups: readonly SlotGroup[], room: number): Filled {
  const ordered = groups
    .map((group) => ({ ...group, slots: dearerEach(group.slots, room) }))
    .filter(({ slots }) => slots.length > 0)
    .map((group) => ({ ...group, density: densityOf(group.slots) }))
    .sort((a, b) => b.density - a.density);
  return new Filling(ordered).best(room);
}

interface Dense extends SlotGroup {
  readonly density: number;
}

class Filling {
  private readonly groups: readonly Dense[];
  /** What all groups from a position on are worth at most, whatever the room. */
  private readonly most: Float64Array;
  private readonly taken: { readonly place: number; readonly group: Dense }[] = [];
  private found: Filled = { worth: 0, places: [] };
  private room = 0;
  private looks = 0;
  private frontiers: readonly (Frontier | undefined)[] = [];

  constructor(groups: readonly Dense[]) {
    this.groups = groups;
    this.most = new Float64Array(groups.length + 1);
    for (let i = groups.length - 1; i >= 0; i -= 1) {
      this.most[i] = (this.most[i + 1] ?? 0) + (groups[i]?.slots.at(-1)?.worth ?? 0);
    }
  }

  best(room: number): Filled {
    this.room = room;
    this.descend(0, room, 0);
    return this.found;
  }

  private descend(position: number, room: number, worth: number): void {
    if (worth > this.found.worth + SAME) {
      this.found = { worth, places: this.taken.map(({ place }) => place) };
    }
    const group = this.groups[position];
    if (group === undefined) {
      return;
    }
    if (worth + this.mostFrom(position, room, group) <= this.found.worth + SAME) {
      return;
    }
    if (!this.taken.some((other) => group.conflicts[other.group.model] === true)) {
      for (const { need, worth: own, place } of group.slots) {
        if (need <= room) {
          this.taken.push({ place, group });
          this.descend(position + 1, room - need, worth + own);
          this.taken.pop();
        }
      }
    }
    this.descend(position + 1, room, worth);
  }

  private mostFrom(position: number, room: number, { density }: Dense): number {
    this.looks += 1;
    if (this.looks === PATIENCE) {
      this.frontiers = frontiersOf(this.groups, this.room, MOST_FRONTIER);
    }
    const frontier = this.frontiers[position];
    if (frontier !== undefined) {
      return worthOf(frontier, room);
    }
    // what needs nothing counts as a byte
    const bytes = room + this.groups.length - position;
    return Math.min(this.most[position] ?? 0, density * bytes);
  }
}

/** Slots with room that are worth more than all smaller ones, the smallest first. */
function dearerEach(slots: readonly Slot[], room: number): readonly Slot[] {
  let most = SAME;
  return slots
    .filter(({ need }) => need <= room)
    .sort((a, b) => a.need - b.need)
    .filter(({ worth }) => {
      const isDearer = worth > most;
      most = Math.max(most, worth);
      return isDearer;
    });
}

function densityOf(slots: readonly Slot[]): number {
  return slots.reduce((most, { worth, need }) => Math.max(most, worth / Math.max(need, 1)), 0);
}
