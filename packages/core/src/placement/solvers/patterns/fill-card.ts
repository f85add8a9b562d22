/** Something that a card may hold: the row that it supplies, and the cells it takes, one at least. */
export interface Slot {
  readonly row: number;
  readonly cells: number;
}

interface Filling {
  readonly value: number;
  readonly rows: readonly number[];
}

export interface Fillable {
  readonly room: number;
  /** Of each group a card holds one slot at most; the smallest first in a group. */
  readonly groups: readonly (readonly Slot[])[];
  /** Whether a slot may be taken again; then each is a group of its own, the smallest first. */
  readonly isRepeated: boolean;
}

/** The slots that are worth most together on a card of so many cells, by an exact dynamic programme. */
export function fillCard({ room, groups, isRepeated }: Fillable, prices: Float64Array): Filling {
  const best = new Float64Array(room + 1);
  const steps: Step[] = [];
  let least = 0;
  for (const group of groups) {
    const slots = dearerEach(group, prices, isRepeated ? least : 0);
    const last = slots.at(-1);
    if (last !== undefined) {
      least = prices[last.row] ?? 0;
      steps.push(join(best, slots, { prices, isRepeated }));
    }
  }
  return { value: best[room] ?? 0, rows: rowsTaken(steps, { room, isRepeated }) };
}

function rowsTaken(
  steps: readonly Step[],
  { room, isRepeated }: Pick<Fillable, "room" | "isRepeated">,
): number[] {
  const rows: number[] = [];
  let left = room;
  for (const { slots, taken } of steps.toReversed()) {
    let slot = slots[(taken[left] ?? 0) - 1];
    while (slot !== undefined) {
      rows.push(slot.row);
      left -= slot.cells;
      slot = isRepeated ? slots[(taken[left] ?? 0) - 1] : undefined;
    }
  }
  return rows;
}

/** Slots that are dearer than all smaller ones: no filling needs the others. */
function dearerEach(group: readonly Slot[], prices: Float64Array, least: number): readonly Slot[] {
  let most = least;
  return group.filter(({ row }) => {
    const price = prices[row] ?? 0;
    const isDearer = price > most;
    most = isDearer ? price : most;
    return isDearer;
  });
}

interface Step {
  readonly slots: readonly Slot[];
  /** Which of the slots, plus 1, is taken at each room; 0 for none. */
  readonly taken: Uint16Array;
}

/** Downwards no room sees the group twice; upwards each sees it in all that are smaller. */
function join(
  best: Float64Array,
  slots: readonly Slot[],
  at: { readonly prices: Float64Array; readonly isRepeated: boolean },
): Step {
  const taken = new Uint16Array(best.length);
  const before = at.isRepeated ? best : best.slice();
  slots.forEach(({ row, cells }, s) => {
    const value = at.prices[row] ?? 0;
    for (let room = cells; room < best.length; room += 1) {
      const filled = (before[room - cells] ?? 0) + value;
      if (filled > (best[room] ?? 0)) {
        best[room] = filled;
        taken[room] = s + 1;
      }
    }
  });
  return { slots, taken };
}
