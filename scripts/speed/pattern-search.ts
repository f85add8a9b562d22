export type Values = Readonly<Record<string, number>>;

export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Factors that are tried on a value, the widest first. */
const FACTORS = [2, 1.4, 1.15, 1.05, 1.02];
/** Rounds with one factor; most settle within six. */
const MOST_ROUNDS = 12;

/**
 * Coordinate search over logarithms, from the start given: each value in turn is multiplied or divided by a factor
 * where that lowers the loss, until no value moves; then by a smaller factor. The same rows give the same values.
 */
export function patternSearch(
  start: Values,
  boundsOf: (name: string) => Bounds,
  loss: (values: Values) => number,
): Values {
  let best = { values: start, loss: loss(start) };
  for (const factor of FACTORS) {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const next = oneRound(best, { factor, boundsOf, loss });
      if (next === best) {
        break;
      }
      best = next;
    }
  }
  return best.values;
}

interface Found {
  readonly values: Values;
  readonly loss: number;
}

function oneRound(
  start: Found,
  {
    factor,
    boundsOf,
    loss,
  }: {
    readonly factor: number;
    readonly boundsOf: (name: string) => Bounds;
    readonly loss: (values: Values) => number;
  },
): Found {
  let best = start;
  for (const name of Object.keys(start.values)) {
    const { least, most } = boundsOf(name);
    for (const times of [factor, 1 / factor]) {
      const value = Math.min(most, Math.max(least, (best.values[name] ?? 1) * times));
      const values = { ...best.values, [name]: value };
      const found = loss(values);
      if (found < best.loss) {
        best = { values, loss: found };
      }
    }
  }
  return best;
}
