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
  readonly groups: readonly (readonly Slot[])[];
  /** Whether a slot may be taken again; then each is a group of its own. Else a card holds one of a group. */
  readonly isRepeated: boolean;
}

/** The slots that are worth most together on a card of so many cells, by an exact dynamic programme. */
export function fillCard({ room, groups, isRepeated }: Fillable, prices: Float64Array): Filling {
  const best = new Float64Array(room + 1);
  const steps = groups.flatMap((group) => {
    const worth = group.filter(({ row }) => (prices[row] ?? 0) > 0);
    return worth.length === 0 ? [] : [join(best, worth, { prices, isRepeated })];
  });
  const rows: number[] = [];
  let left = room;
  for (const { slots, taken } of steps.reverse()) {
    let slot = slots[(taken[left] ?? 0) - 1];
    while (slot !== undefined) {
      rows.push(slot.row);
      left -= slot.cells;
      slot = isRepeated ? slots[(taken[left] ?? 0) - 1] : undefined;
    }
  }
  return { value: best[room] ?? 0, rows };
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
