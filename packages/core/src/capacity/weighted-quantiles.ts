/** Sorted values that each count so many times. */
export interface WeightedValues {
  readonly sorted: Float64Array;
  readonly weight: number;
}

/**
 * The value below which a share in [0, 1] of all values lies, linear between neighbours as in `quantileOf`, which it is where
 * all weigh the same. NaN without values.
 */
export function weightedQuantiles(parts: readonly WeightedValues[]): (share: number) => number {
  const { values, before, most } = merged(parts);
  return (share) => {
    const place = share * most;
    const i = lastUpTo(before, place);
    const [below = Number.NaN, above = below] = [values[i], values[i + 1]];
    const [from = 0, to = from] = [before[i], before[i + 1]];
    return to > from ? below + ((place - from) / (to - from)) * (above - below) : below;
  };
}

interface Merged {
  readonly values: Float64Array;
  /** What all values before each weigh. */
  readonly before: Float64Array;
  /** What all weigh but the last. */
  readonly most: number;
}

function merged(parts: readonly WeightedValues[]): Merged {
  const all = parts.filter(({ sorted, weight }) => sorted.length > 0 && weight > 0);
  const count = all.reduce((sum, { sorted }) => sum + sorted.length, 0);
  const values = new Float64Array(count);
  const before = new Float64Array(count);
  const heads = all.map(() => 0);
  const headOf = (part: number): number =>
    all[part]?.sorted[heads[part] ?? 0] ?? Number.POSITIVE_INFINITY;
  let weight = 0;
  for (let i = 0; i < count; i += 1) {
    const least = all.reduce((found, _, part) => (headOf(part) < headOf(found) ? part : found), 0);
    values[i] = headOf(least);
    before[i] = weight;
    heads[least] = (heads[least] ?? 0) + 1;
    weight += all[least]?.weight ?? 0;
  }
  return { values, before, most: before[count - 1] ?? 0 };
}

/** Where the last of these ascending numbers is that is at most so large; 0 where none is. */
function lastUpTo(ascending: Float64Array, most: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((ascending[middle] ?? 0) <= most) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return Math.max(0, low);
}
