import type { Column, LinearProgram, OpenProgram, RowBounds } from "../linear-program.ts";
import type { PlacedLeast } from "../milp.ts";
import type { PatternLoads } from "./pattern-loads.ts";

/** Places that a card of a class is cut into. */
export interface Pattern {
  readonly cardClass: number;
  readonly rows: readonly number[];
}

/** A way by model and position, and the column that it has. */
interface KnownWay {
  readonly model: number;
  readonly way: number;
  readonly column: number;
}

/** A way, and how many replicas take it, in parts. */
export interface TakenWay extends KnownWay {
  readonly replicas: number;
}

export interface MasterAnswer {
  /** Part of each class' cards that is needed. */
  readonly part: number;
  /** By row, a card being worth about 1; 0 for places that no known way takes. */
  readonly prices: Float64Array;
  /** What a card of each class costs. */
  readonly cardPrices: Float64Array;
  /** What a replica of each model costs. */
  readonly modelPrices: Float64Array;
  /** All ways that are known. */
  readonly taken: readonly TakenWay[];
}

/**
 * The configuration programme of Gilmore and Gomory ("A linear programming approach to the cutting stock problem",
 * 1961) as far as it is known: patterns that cards are cut into supply places, ways to run replicas take them, and
 * the least part of all cards is looked for. Its prices tell which patterns and ways it lacks.
 */
export class PatternMaster {
  private readonly loads: PatternLoads;
  private readonly program: LinearProgram;
  private readonly all: number;
  private readonly firstModel: number;
  private readonly firstPlace: number;
  /** Position of each place's row in the programme; -1 where no known way takes it. */
  private readonly positions: Int32Array;
  private known = 0;
  private columns = 0;
  private readonly ways: KnownWay[] = [];

  constructor(open: OpenProgram, loads: PatternLoads, placed: readonly PlacedLeast[]) {
    const { rows, cards, models } = loads;
    this.loads = loads;
    this.firstModel = cards.length;
    this.firstPlace = cards.length + models.length + placed.length;
    this.positions = new Int32Array(rows.length).fill(-1);
    this.program = open([
      ...cards.map(() => ({ least: Number.NEGATIVE_INFINITY, most: 0 })),
      ...models.map(() => atLeast(0)),
      ...placed.map((least) => atLeast(least.models)),
    ]);
    this.all = cards.reduce((sum, { count }) => sum + count, 0);
    this.add([
      column(
        this.all,
        cards.map(({ count }, c) => [c, -count]),
      ),
      ...models.map((model, m) => this.modelColumn(model, m, placed)),
    ]);
  }

  /** Ways by model and position. */
  addWays(ways: readonly { readonly model: number; readonly way: number }[]): void {
    const own = ways.map(({ model, way }) => this.loads.models[model]?.ways[way] ?? []);
    this.addPlaces(own.flatMap((way) => way.filter((_, i) => i % 2 === 0)));
    this.ways.push(...ways.map((one, i) => ({ ...one, column: this.columns + i })));
    this.add(
      ways.map(({ model }, i) => {
        const way = own[i] ?? [];
        const taken = way.flatMap((row, at): [number, number][] =>
          at % 2 === 0 ? [[this.positions[row] ?? 0, -(way[at + 1] ?? 0)]] : [],
        );
        return column(0, [[this.firstModel + model, 1], ...taken]);
      }),
    );
  }

  addPatterns(patterns: readonly Pattern[]): void {
    this.add(
      patterns.map(({ cardClass, rows }) => {
        const entries = new Map([[cardClass, 1]]);
        for (const row of rows) {
          const at = this.positions[row] ?? 0;
          entries.set(at, (entries.get(at) ?? 0) + 1);
        }
        return column(0, [...entries]);
      }),
    );
  }

  solve(): MasterAnswer {
    const { cost, prices, values } = this.program.solve();
    const clean = (price: number) => (price > LEAST ? price : 0);
    return {
      part: cost / this.all,
      prices: Float64Array.from(this.positions, (at) => (at < 0 ? 0 : clean(prices[at] ?? 0))),
      cardPrices: prices.slice(0, this.firstModel).map((price) => -price),
      modelPrices: prices.slice(this.firstModel, this.firstModel + this.loads.models.length),
      taken: this.ways.map((way) => ({ ...way, replicas: values[way.column] ?? 0 })),
    };
  }

  /** The same prices, 0 for places that no known way takes. */
  knownOf(prices: Float64Array): Float64Array {
    return prices.map((price, row) => (this.positions[row] === -1 ? 0 : price));
  }

  /** At least so many replicas take the way. */
  keepWay({ column }: KnownWay, replicas: number): void {
    this.program.limitColumn(column, replicas, Number.POSITIVE_INFINITY);
  }

  /** Rows and columns: about what a solve costs. */
  get size(): number {
    return this.firstPlace + this.known + this.columns;
  }

  close(): void {
    this.program.close();
  }

  private add(columns: readonly Column[]): void {
    this.columns += columns.length;
    this.program.addColumns(columns);
  }

  /** A part of a model that is placed, from 0 to 1. */
  private modelColumn(
    { priority, replicas }: PatternLoads["models"][number],
    m: number,
    placed: readonly PlacedLeast[],
  ): Column {
    const first = this.firstModel + this.loads.models.length;
    const counted = placed.flatMap((least, i): [number, number][] =>
      least.priority === undefined || least.priority === priority ? [[first + i, 1]] : [],
    );
    return { ...column(0, [[this.firstModel + m, -replicas], ...counted]), most: 1 };
  }

  /** Rows for places that are new, patterns of nothing else, and the larger ones' right to stand for them. */
  private addPlaces(rows: readonly number[]): void {
    const fresh = [...new Set(rows)].filter((row) => this.positions[row] === -1);
    if (fresh.length === 0) {
      return;
    }
    this.program.addRows(fresh.map(() => atLeast(0)));
    for (const row of fresh) {
      this.positions[row] = this.firstPlace + this.known;
      this.known += 1;
    }
    const isFresh = new Set(fresh);
    this.add(
      this.loads.chains.flatMap((chain) => {
        const own = chain.filter((row) => this.positions[row] !== -1);
        return own.flatMap((row, i) => {
          const larger = own[i + 1];
          const isNew = larger !== undefined && (isFresh.has(row) || isFresh.has(larger));
          return isNew ? [this.standIn(larger, row)] : [];
        });
      }),
    );
    this.addPatterns(fresh.map((row) => this.onlyOf(row)));
  }

  private standIn(larger: number, smaller: number): Column {
    return column(0, [
      [this.positions[larger] ?? 0, -1],
      [this.positions[smaller] ?? 0, 1],
    ]);
  }

  private onlyOf(row: number): Pattern {
    const { cardClass = 0, cells = 1 } = this.loads.rows[row] ?? {};
    const { room = 0, isRepeated = false } = this.loads.cards[cardClass] ?? {};
    const times = isRepeated ? Math.floor(room / cells) : 1;
    return { cardClass, rows: Array.from({ length: times }, () => row) };
  }
}

/** A price that is less is what rounding left of none. */
const LEAST = 1e-12;

function atLeast(least: number): RowBounds {
  return { least, most: Number.POSITIVE_INFINITY };
}

function column(cost: number, entries: readonly (readonly [number, number])[]): Column {
  return { cost, most: Number.POSITIVE_INFINITY, entries: new Map(entries) };
}
