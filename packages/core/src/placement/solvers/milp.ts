import type { Demand, Option, PlacementProblem, Stage } from "../problem.ts";
import { mostOnHost } from "../survive.ts";
import { highestLevel, lowestLevel } from "./levels.ts";

/** A mixed-integer program: maximise `objective` within rows and bounds. */
export interface Milp {
  readonly variables: readonly MilpVariable[];
  readonly rows: readonly MilpRow[];
  /** The variable that is maximised. */
  readonly objective: string;
}

interface MilpVariable {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly isInteger: boolean;
}

export interface MilpRow {
  readonly name: string;
  readonly terms: readonly MilpTerm[];
  readonly sense: "<=" | ">=" | "=";
  readonly bound: number;
}

export interface MilpTerm {
  readonly variable: string;
  readonly factor: number;
}

/** So many models must be placed, of one priority or of all. */
export interface PlacedLeast {
  readonly priority: number | undefined;
  readonly models: number;
}

/** The card that is largest counts as this much memory, to keep the numbers near one. */
const SCALE = 1000;

/**
 * The problem with the cards of each class thrown together: how many replicas use each option and
 * how many sequences they hold in all. It forgets how memory is cut into cards, so that its largest
 * share is at least that of every layout. Replicas of one model may be loaded unequally here.
 */
export function classModel(problem: PlacementProblem, placed: readonly PlacedLeast[]): Milp {
  const classes = classesOf(problem);
  const uses = problem.demands.flatMap((demand, m) =>
    demand.options.flatMap((option, o) => useOf(classes, { demand, m, option, o })),
  );
  return {
    objective: "t",
    variables: [
      { name: "t", low: 0, high: 1, isInteger: false },
      ...problem.demands.map((_, m) => ({ name: `p${m}`, low: 0, high: 1, isInteger: true })),
      ...uses.flatMap(({ demand, replicas, sequences, most }) => [
        { name: replicas, low: 0, high: demand.replicas, isInteger: true },
        { name: sequences, low: 0, high: most * demand.replicas, isInteger: false },
      ]),
    ],
    rows: [
      ...problem.demands.flatMap((demand, m) => demandRows(uses, demand, m)),
      ...uses.flatMap(loadRows),
      ...classes.flatMap((one, c) => classRows(uses, one, c)),
      ...spreadRows(problem, uses),
      ...placed.map((least, i) => placedRow(problem, least, i)),
    ],
  };
}

interface CardClass {
  readonly id: string;
  readonly count: number;
  readonly total: number;
  readonly least: number;
  readonly most: number;
}

/** One option of one demand with the names of its two variables. */
interface Use {
  readonly demand: Demand;
  readonly m: number;
  readonly option: Option;
  readonly replicas: string;
  readonly sequences: string;
  /** Most sequences that fit a replica on empty cards. */
  readonly most: number;
}

function classesOf(problem: PlacementProblem): CardClass[] {
  const ids = [...new Set(problem.cards.map((card) => card.cardClass))];
  return ids.map((id) => {
    const capacities: number[] = problem.cards
      .filter((card) => card.cardClass === id)
      .map((card) => card.capacity);
    return {
      id,
      count: capacities.length,
      total: capacities.reduce((a, b) => a + b, 0),
      least: capacities.reduce((a, b) => Math.min(a, b)),
      most: capacities.reduce((a, b) => Math.max(a, b)),
    };
  });
}

function useOf(
  classes: readonly CardClass[],
  at: { readonly demand: Demand; readonly m: number; readonly option: Option; readonly o: number },
): Use[] {
  const { demand, m, option, o } = at;
  let most = Math.min(option.mostSequences, highestLevel(demand));
  for (const stage of option.stages) {
    const room = (classes.find((one) => one.id === stage.cardClass)?.most ?? -1) - stage.fixed;
    const fits = stage.perSequence === 0 ? most : Math.floor(room / stage.perSequence);
    most = room < 0 ? 0 : Math.min(most, fits);
  }
  if (most < lowestLevel(demand)) {
    return [];
  }
  return [{ demand, m, option, replicas: `n${m}_${o}`, sequences: `y${m}_${o}`, most }];
}

function demandRows(uses: readonly Use[], demand: Demand, m: number): MilpRow[] {
  const own = uses.filter((use) => use.m === m);
  const wanted = Math.max(demand.wanted, demand.least, 1);
  return [
    {
      name: `replicas${m}`,
      terms: [
        ...own.map(({ replicas }) => ({ variable: replicas, factor: 1 })),
        { variable: `p${m}`, factor: -demand.replicas },
      ],
      sense: "=",
      bound: 0,
    },
    {
      // A model that is not placed sets no limit to the share.
      name: `share${m}`,
      terms: [
        { variable: "t", factor: wanted },
        ...own.map(({ sequences }) => ({ variable: sequences, factor: -1 })),
        { variable: `p${m}`, factor: wanted },
      ],
      sense: "<=",
      bound: wanted,
    },
  ];
}

function loadRows({ demand, replicas, sequences, most }: Use): MilpRow[] {
  const row = (name: string, sense: MilpRow["sense"], level: number): MilpRow => ({
    name,
    terms: [
      { variable: sequences, factor: 1 },
      { variable: replicas, factor: -level },
    ],
    sense,
    bound: 0,
  });
  return [
    row(`most_${sequences}`, "<=", most),
    row(`least_${sequences}`, ">=", lowestLevel(demand)),
  ];
}

function classRows(uses: readonly Use[], one: CardClass, c: number): MilpRow[] {
  const stages = uses.flatMap((use) =>
    use.option.stages
      .filter((stage) => stage.cardClass === one.id)
      .map((stage) => ({ use, stage })),
  );
  const whole = stages.filter(({ use, stage }) => fillsHalf(one, use.demand, stage));
  const models = [...new Set(stages.map(({ use }) => use.m))];
  return [
    {
      name: `memory${c}`,
      terms: stages.flatMap(({ use, stage }) => memoryTerms(one, use, stage)),
      sense: "<=",
      bound: (SCALE * one.total) / one.most,
    },
    cardRow(`cards${c}`, whole, one.count),
    ...models.map((m) =>
      cardRow(
        `cards${c}_${m}`,
        stages.filter(({ use }) => use.m === m),
        one.count,
      ),
    ),
  ];
}

/** Whether no two such ranks can share a card of the class. */
function fillsHalf(one: CardClass, demand: Demand, stage: Stage): boolean {
  const need = stage.fixed + stage.perSequence * lowestLevel(demand);
  return demand.isExclusive || 2 * need > one.most;
}

function memoryTerms(one: CardClass, use: Use, stage: Stage): MilpTerm[] {
  const scaled = (value: number) => (SCALE * stage.ranks * value) / one.most;
  return use.demand.isExclusive
    ? [{ variable: use.replicas, factor: scaled(one.least) }]
    : [
        { variable: use.replicas, factor: scaled(stage.fixed) },
        { variable: use.sequences, factor: scaled(stage.perSequence) },
      ];
}

/** No more ranks than cards. */
function cardRow(
  name: string,
  ranks: readonly { readonly use: Use; readonly stage: Stage }[],
  count: number,
): MilpRow {
  const terms = ranks.map(({ use, stage }) => ({ variable: use.replicas, factor: stage.ranks }));
  return { name, terms, sense: "<=", bound: count };
}

/** A model that is kept apart has no more replicas on the cards of some hosts than these hosts may have. */
function spreadRows({ cards, demands }: PlacementProblem, uses: readonly Use[]): MilpRow[] {
  const spread = uses.filter(({ demand }) => mostOnHost(demand) !== undefined);
  if (spread.length === 0) {
    return [];
  }
  const hostsOf = (cardClass: string): string[] => [
    ...new Set(cards.flatMap((card) => (card.cardClass === cardClass ? [card.host] : []))),
  ];
  const classes = [...new Set(cards.map(({ cardClass }) => cardClass))];
  const sets = new Map(classes.map((one) => [JSON.stringify(hostsOf(one)), hostsOf(one).length]));
  return [...new Set(spread.map(({ m }) => m))].flatMap((m) => {
    const each = mostOnHost(demands[m] ?? {}) ?? Number.POSITIVE_INFINITY;
    return [...sets].map(([key, count], s): MilpRow => {
      const own = spread.filter(
        (use) =>
          use.m === m &&
          use.option.stages.some(({ cardClass }) => JSON.stringify(hostsOf(cardClass)) === key),
      );
      const terms = own.map(({ replicas }) => ({ variable: replicas, factor: 1 }));
      return { name: `spread${m}_${s}`, terms, sense: "<=", bound: count * each };
    });
  });
}

function placedRow(problem: PlacementProblem, least: PlacedLeast, i: number): MilpRow {
  const terms = problem.demands.flatMap((demand, m) =>
    least.priority === undefined || demand.priority === least.priority
      ? [{ variable: `p${m}`, factor: 1 }]
      : [],
  );
  return { name: `placed${i}`, terms, sense: ">=", bound: least.models };
}
