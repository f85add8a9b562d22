import type { Column, LinearProgram, OpenProgram, RowBounds } from "../linear-program.ts";
import type { Domain } from "./domain.ts";
import type { Prices } from "./judge.ts";
import { classesOfPools } from "./paid.ts";
import { cardAmount, caseAmount, type Measure, priceAmount, wayAmount } from "./question.ts";
import type { Listed } from "./ways.ts";

/** Places that a card of a pool is cut into. */
export interface Pattern {
  readonly pool: number;
  readonly places: readonly number[];
}

export interface MasterAnswer {
  readonly cost: number;
  readonly prices: Prices;
  /** What each pool's cards are worth at these prices. */
  readonly cards: Float64Array;
  /** How much is taken of each way, state, group and class, as a domain counts them. */
  readonly taken: Float64Array;
}

/**
 * The configuration programme of Gilmore and Gomory ("A linear programming approach to the cutting stock problem",
 * 1961) as far as patterns are known: cards are cut into places, the replicas' ways take them, in parts. What is
 * missing of cards and limits is bought, and the less the better.
 */
export class Master {
  private readonly listed: Listed;
  private readonly program: LinearProgram;
  private readonly firstGroup: number;
  private readonly firstLimit: number;
  private readonly firstPlace: number;
  private readonly firstClass: number;
  /** Position of the first way's column; states come after ways, then groups, then classes. */
  private readonly firstTaken: number;
  private columns = 0;

  constructor(open: OpenProgram, listed: Listed) {
    const { fleet, question, states, places, groups, classes } = listed;
    this.listed = listed;
    this.firstGroup = fleet.pools.length + question.models.length + states.length;
    this.firstLimit = this.firstGroup + groups.length;
    this.firstPlace = this.firstLimit + question.limits.length;
    this.firstClass = this.firstPlace + places.length;
    this.firstTaken = fleet.pools.length + question.limits.length;
    this.program = open([
      ...fleet.pools.map(({ cards }) => atMost(cards.length)),
      ...question.models.map(() => exactly(1)),
      ...states.map(() => exactly(0)),
      ...groups.map(() => exactly(0)),
      ...question.limits.map(({ most }) => atMost(most)),
      ...places.map(() => ({ least: 0, most: Number.POSITIVE_INFINITY })),
      ...classes.map(() => atMost(0)),
    ]);
    this.add([
      ...classesOfPools(listed).map((own, pool) =>
        column(1, [[pool, -1], ...this.usedOf(own, -1)]),
      ),
      ...question.limits.map((_, i) => column(1, [[this.firstLimit + i, -1]])),
      ...this.wayColumns(),
      ...this.stateColumns(),
      ...this.groupColumns(),
      ...this.classColumns(),
      ...this.standIns(),
    ]);
    this.addPatterns(places.map(({ pool }, place) => ({ pool, places: [place] })));
  }

  /** Rows and columns: about what a solve costs. */
  get size(): number {
    return this.firstClass + this.listed.classes.length + this.columns;
  }

  addPatterns(patterns: readonly Pattern[]): void {
    const classOf = classesOfPools(this.listed);
    this.add(
      patterns.map(({ pool, places }) =>
        column(0, [
          [pool, 1],
          ...this.limited((measure) => cardAmount(measure, pool)),
          ...this.usedOf(classOf[pool] ?? -1, 1),
          ...places.map((place): Entry => [this.firstPlace + place, 1]),
        ]),
      ),
    );
  }

  /** Takes the domain's bounds over. */
  limit({ least, most }: Domain, positions: Iterable<number>): void {
    for (const position of positions) {
      const column = this.firstTaken + position;
      this.program.limitColumn(column, least[position] ?? 0, most[position] ?? 0);
    }
  }

  /** Undefined where the program has no answer. */
  solve(): MasterAnswer | undefined {
    const { isOptimal, cost, prices, values } = this.program.solve();
    if (!isOptimal) {
      return undefined;
    }
    const { ways, states, groups, classes, fleet } = this.listed;
    const { length } = [...ways, ...states, ...groups, ...classes];
    return {
      cost,
      prices: {
        places: prices.slice(this.firstPlace, this.firstClass).map((price) => Math.max(0, price)),
        limits: paidFor(prices.slice(this.firstLimit, this.firstPlace)),
        classes: paidFor(prices.slice(this.firstClass)),
      },
      cards: paidFor(prices.slice(0, fleet.pools.length)),
      taken: values.slice(this.firstTaken, this.firstTaken + length),
    };
  }

  close(): void {
    this.program.close();
  }

  private add(columns: readonly Column[]): void {
    this.columns += columns.length;
    this.program.addColumns(columns);
  }

  private wayColumns(): Column[] {
    const { ways, states } = this.listed;
    const groupsOf = this.groupsOfWays();
    return ways.map((way, w) => ({
      ...column(0, [
        [this.stateRow(way.state), 1],
        ...(groupsOf[w] ?? []).map((group): Entry => [this.firstGroup + group, 1]),
        ...this.limited((measure) => wayAmount(measure, way)),
        ...way.places.map(({ place, count }): Entry => [this.firstPlace + place, -count]),
      ]),
      most: states[way.state]?.replicas ?? 0,
    }));
  }

  private stateColumns(): Column[] {
    const { states, fleet } = this.listed;
    return states.map(({ asked, own, replicas }, state) => ({
      ...column(0, [
        [fleet.pools.length + asked, 1],
        [this.stateRow(state), -replicas],
        ...this.limited((measure) => caseAmount(measure, own)),
      ]),
      most: 1,
    }));
  }

  private groupColumns(): Column[] {
    const { groups, states } = this.listed;
    return groups.map(({ state }, group) => ({
      ...column(0, [[this.firstGroup + group, -1]]),
      most: states[state]?.replicas ?? 0,
    }));
  }

  /** Cards in use by their price; they pay for it. */
  private classColumns(): Column[] {
    return this.listed.classes.map(({ cost, cards }, own) => ({
      ...column(0, [
        [this.firstClass + own, -1],
        ...this.limited((measure) => priceAmount(measure, cost)),
      ]),
      most: cards,
    }));
  }

  private usedOf(own: number, cards: number): Entry[] {
    return own < 0 ? [] : [[this.firstClass + own, cards]];
  }

  private groupsOfWays(): readonly (readonly number[])[] {
    const groupsOf = this.listed.ways.map((): number[] => []);
    this.listed.groups.forEach(({ ways }, group) => {
      for (const way of ways) {
        groupsOf[way]?.push(group);
      }
    });
    return groupsOf;
  }

  private stateRow(state: number): number {
    return this.listed.fleet.pools.length + this.listed.question.models.length + state;
  }

  private limited(amount: (measure: Measure) => number): Entry[] {
    return this.listed.question.limits.map(({ measure }, i) => [
      this.firstLimit + i,
      amount(measure),
    ]);
  }

  /** A larger place stands for the next smaller one. */
  private standIns(): Column[] {
    return this.listed.chains.flatMap((chain) =>
      chain.slice(1).map((larger, i) =>
        column(0, [
          [this.firstPlace + larger, -1],
          [this.firstPlace + (chain[i] ?? 0), 1],
        ]),
      ),
    );
  }
}

type Entry = readonly [number, number];

function column(cost: number, entries: readonly Entry[]): Column {
  const some = entries.filter(([, value]) => value !== 0);
  return { cost, most: Number.POSITIVE_INFINITY, entries: new Map(some) };
}

/** Of rows with a limit from above, what a bit more would be worth. */
function paidFor(prices: Float64Array): Float64Array {
  return prices.map((price) => Math.max(0, -price));
}

function atMost(most: number): RowBounds {
  return { least: Number.NEGATIVE_INFINITY, most };
}

function exactly(value: number): RowBounds {
  return { least: value, most: value };
}
