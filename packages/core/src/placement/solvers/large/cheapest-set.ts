/** An item on a card: what it frees there by going, and what its going costs. */
interface Stay {
  readonly item: number;
  readonly need: number;
  readonly cost: number;
}

interface Chosen {
  readonly items: readonly number[];
  readonly cost: number;
}

/** The cheapest one or two that free so much, or some more that are cheap by the byte; none below the limit: undefined. */
export function cheapestSet(
  staying: readonly Stay[],
  missing: number,
  below: number,
): Chosen | undefined {
  let [first, second] = [-1, -1];
  let least = below;
  let isEnough = false;
  for (let i = 0; i < staying.length; i += 1) {
    const a = staying[i];
    if (a === undefined || a.cost >= least) {
      continue;
    }
    if (a.need >= missing) {
      [first, second, least, isEnough] = [i, -1, a.cost, true];
      continue;
    }
    const j = partner(staying, i, { missing: missing - a.need, below: least - a.cost });
    if (j >= 0) {
      [first, second, least, isEnough] = [i, j, a.cost + (staying[j]?.cost ?? 0), true];
    }
  }
  if (!isEnough) {
    return cheapByByte(staying, missing, below);
  }
  const items = [staying[first], staying[second]].flatMap((stay) => stay?.item ?? []);
  return { items, cost: least };
}

/** The cheapest after position `i` that frees the rest; -1 where there is none. */
function partner(
  staying: readonly Stay[],
  i: number,
  at: { readonly missing: number; readonly below: number },
): number {
  let best = -1;
  let least = at.below;
  for (let j = i + 1; j < staying.length; j += 1) {
    const b = staying[j];
    if (b !== undefined && b.need >= at.missing && b.cost < least) {
      best = j;
      least = b.cost;
    }
  }
  return best;
}

function cheapByByte(staying: readonly Stay[], missing: number, below: number): Chosen | undefined {
  const items: number[] = [];
  let [freed, cost] = [0, 0];
  for (const stay of staying.toSorted((a, b) => a.cost / a.need - b.cost / b.need)) {
    if (freed < missing) {
      freed += stay.need;
      cost += stay.cost;
      items.push(stay.item);
    }
  }
  return freed >= missing && cost < below ? { items, cost } : undefined;
}
