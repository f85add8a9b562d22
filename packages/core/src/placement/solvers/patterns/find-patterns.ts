import type { Effort } from "../effort.ts";
import { isRefuted } from "../large/prices.ts";
import type { Steps } from "../large/steps.ts";
import type { OpenProgram } from "../linear-program.ts";
import type { PlacedLeast } from "../milp.ts";
import { type Fillable, fillCard } from "./fill-card.ts";
import { lift } from "./lift.ts";
import type { PatternLoads } from "./pattern-loads.ts";
import { type MasterAnswer, type Pattern, PatternMaster } from "./pattern-master.ts";
import { costOf, judgePrices } from "./pattern-prices.ts";

/** The best prices found. */
interface PatternPriced {
  readonly cost: number;
  readonly prices: Float64Array;
}

/** Rounds after which a share counts as one that can't be refuted; most need 5 to 30. */
const MOST_ROUNDS = 120;
/** Patterns of one class that one round adds; more make fewer but slower rounds. */
const AT_ONCE = 3;
/** Ways of one model that the programme begins with. */
const FIRST_WAYS = 3;
/** Ways of one model that one round adds. */
const WAYS_AT_ONCE = 2;
/** Of the price of a card: what gains less is no news. HiGHS' tolerance is 1e-7. */
const LEAST_GAIN = 1e-6;

/**
 * Looks for prices of places that prove that there is no layout, by column generation: what is known of the
 * programme gives prices, and at these the dearest fillings and the cheapest ways are what to add. Prices half way to
 * the best so far give proofs sooner (Wentges, "Weighted Dantzig-Wolfe decomposition", 1997). Stops at a proof, or
 * where the patterns known hold everything in parts. `start` prices tell which ways to begin with.
 */
export function* findPatternPrices(
  open: OpenProgram,
  loads: PatternLoads,
  at: {
    readonly placed: readonly PlacedLeast[];
    readonly start: Float64Array;
    readonly effort: Effort;
  },
): Steps<PatternPriced> {
  const master = new PatternMaster(open, loads, at.placed);
  const search = new PatternSearch(loads, at.placed, master);
  try {
    search.begin(at.start);
    let round = 0;
    while (round < MOST_ROUNDS && !at.effort.isAborted && search.look()) {
      round += 1;
      yield undefined;
    }
    return search.best;
  } finally {
    master.close();
  }
}

/** A programme of patterns that grows round by round. */
export class PatternSearch {
  best: PatternPriced;
  private readonly loads: PatternLoads;
  private readonly placed: readonly PlacedLeast[];
  private readonly master: PatternMaster;
  private readonly known = new Set<string>();
  private readonly cards: number;

  constructor(loads: PatternLoads, placed: readonly PlacedLeast[], master: PatternMaster) {
    this.loads = loads;
    this.placed = placed;
    this.master = master;
    this.cards = loads.cards.reduce((sum, { count }) => sum + count, 0);
    this.best = { cost: 0, prices: new Float64Array(loads.rows.length) };
  }

  begin(start: Float64Array): void {
    const dearest = this.loads.models.map(() => Number.POSITIVE_INFINITY);
    this.addWays(start, { below: dearest, most: FIRST_WAYS });
    this.consider(start);
  }

  /** One round; false where another one is of no use to a proof. */
  look(): boolean {
    const answer = this.master.solve();
    const { lifted, middle } = this.weigh(answer);
    return !isRefuted(this.best) && answer.part > 1 && this.grow(answer, lifted, middle);
  }

  /** One round towards the least part of the cards; whether the next one may need less. */
  improve(): { readonly answer: MasterAnswer; readonly hasMore: boolean } {
    const answer = this.master.solve();
    const { lifted, middle } = this.weigh(answer);
    return { answer, hasMore: this.grow(answer, lifted, middle) };
  }

  /** The programme's prices for all places, and those half way to the best; both may be better. */
  private weigh({ prices }: MasterAnswer): { lifted: Float64Array; middle: Float64Array } {
    const lifted = lift(this.loads, prices);
    const middle = between(this.best.prices, lifted);
    this.consider(lifted);
    this.consider(middle);
    return { lifted, middle };
  }

  /** Adds what is cheap or dear at these prices; false where nothing is new. */
  private grow(
    { prices, cardPrices, modelPrices }: MasterAnswer,
    lifted: Float64Array,
    middle: Float64Array,
  ): boolean {
    const below = modelPrices.map((price) => price - LEAST_GAIN);
    const ways = this.addWays(lifted, { below, most: WAYS_AT_ONCE });
    const patterns = [prices, this.master.knownOf(middle)].flatMap((one) =>
      this.dearFillings(one, prices, cardPrices),
    );
    this.master.addPatterns(patterns);
    return ways + patterns.length > 0;
  }

  private consider(prices: Float64Array): void {
    const { cost, worth } = judgePrices(this.loads, this.placed, prices);
    if (cost > this.best.cost) {
      const factor = worth > 0 ? this.cards / worth : 1;
      this.best = { cost, prices: prices.map((price) => price * factor) };
    }
  }

  /** The cheapest ways of each model that are new and cost less; how many. */
  private addWays(
    prices: Float64Array,
    { below, most }: { readonly below: ArrayLike<number>; readonly most: number },
  ): number {
    const ways = this.loads.models.flatMap((one, model) =>
      one.ways
        .map((own, way) => ({ model, way, cost: costOf(own, prices) }))
        .filter(({ cost, way }) => cost < (below[model] ?? 0) && !this.known.has(`${model} ${way}`))
        .sort((a, b) => a.cost - b.cost)
        .slice(0, most),
    );
    for (const { model, way } of ways) {
      this.known.add(`${model} ${way}`);
    }
    this.master.addWays(ways);
    return ways.length;
  }

  /** New fillings that are dear at the prices tried and worth more than a card at those of the programme. */
  private dearFillings(
    tried: Float64Array,
    prices: Float64Array,
    cardPrices: Float64Array,
  ): Pattern[] {
    return this.loads.cards.flatMap((kind, cardClass) =>
      severalFillings(kind, tried).flatMap((rows) => {
        const value = rows.reduce((sum, row) => sum + (prices[row] ?? 0), 0);
        const key = `${cardClass}: ${rows.join()}`;
        const isNew = value > (cardPrices[cardClass] ?? 0) + LEAST_GAIN && !this.known.has(key);
        if (!isNew) {
          return [];
        }
        this.known.add(key);
        return [{ cardClass, rows }];
      }),
    );
  }
}

/** The dearest filling, then again with what was taken at half its price. */
function severalFillings(kind: Fillable, prices: Float64Array): readonly (readonly number[])[] {
  const left = prices.slice();
  return Array.from({ length: AT_ONCE }, () => {
    const { rows } = fillCard(kind, left);
    for (const row of new Set(rows)) {
      left[row] = (left[row] ?? 0) / 2;
    }
    return rows;
  });
}

function between(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => (value + (b[i] ?? 0)) / 2);
}
