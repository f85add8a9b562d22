import loaded, { type Highs } from "highs";
import { renderLp } from "../../../packages/core/src/placement/solvers/lp-text.ts";
import type { Milp, MilpRow, MilpTerm } from "../../../packages/core/src/placement/solvers/milp.ts";
import {
  type Branch,
  bestChain,
  type ChainProblem,
  mostLayers,
  rateBound,
  rateOf,
  type Segment,
} from "./layer-chain.ts";

/** Bisection over the rate ends at this part of it. */
const PRECISION = 1e-3;

export interface ChainAnswer {
  readonly segments: readonly Segment[];
  /** Tokens/s, from the layout and the table alone. */
  readonly rate: number;
  /** Tokens/s that no layout exceeds. */
  readonly bound: number;
}

/**
 * Segments of one branch or of two whose rates add up. At a rate F the branches are worth trying at F,
 * and at x and F - x for each x of the table: between two of these no machine holds more. Which machine
 * goes where is a small integer program; F is found by bisection.
 */
export async function bestLayout(problem: ChainProblem): Promise<ChainAnswer> {
  const bound = rateBound(problem);
  const highs = await loadHighs();
  let segments = bestChain(problem);
  let low = rateOf(problem, segments);
  let high = bound;
  while (high - low > PRECISION * bound) {
    const middle = (low + high) / 2;
    const found = layoutAt(highs, problem, middle);
    if (found === undefined) {
      high = middle;
    } else {
      segments = found;
      low = rateOf(problem, segments);
    }
  }
  return { segments, rate: low, bound };
}

function loadHighs(): Promise<Highs> {
  // The package calls its types CommonJS, where the default export is one level deeper than it is here.
  const load = loaded as unknown as typeof loaded.default;
  return load();
}

/** A segment that may be used: the rates of its branches. */
type Split = readonly number[];

function splitsOf({ machines }: ChainProblem, rate: number): readonly Split[] {
  const rates = new Set(machines.flatMap((kind) => kind.rates).filter((own) => own < rate));
  const usable = (one: number) => machines.some((kind) => mostLayers(kind, one) > 0);
  return [[rate], ...[...rates].map((own) => [own, rate - own])].filter((split) =>
    split.every(usable),
  );
}

function layoutAt(highs: Highs, problem: ChainProblem, rate: number): Segment[] | undefined {
  const splits = splitsOf(problem, rate);
  const data = renderLp(splitProgram(problem, splits));
  return highs.withModel({ format: "lp", data }, (model) => {
    model.options.set({ output_flag: false });
    model.run();
    const { colValue } = model.getSolution();
    const value = (name: string) => Math.round(colValue[model.getColByName(name)] ?? 0);
    return value("total") < problem.layers
      ? undefined
      : splits.flatMap((split, s) => segmentOf(problem, { split, s, value }));
  });
}

/** As many layers as can be, up to all. Names: k for a segment's layers, n for machines of a kind in a branch. */
function splitProgram(problem: ChainProblem, splits: readonly Split[]): Milp {
  const whole = (name: string, high: number) => ({ name, low: 0, high, isInteger: true });
  const uses = splits.flatMap((split, s) =>
    split.flatMap((rate, b) =>
      problem.machines.flatMap((kind, i) => {
        const layers = mostLayers(kind, rate);
        return layers === 0 ? [] : [{ s, b, i, layers, name: `n${s}_${b}_${i}`, kind }];
      }),
    ),
  );
  const terms = (own: readonly (typeof uses)[number][], factor: (layers: number) => number) =>
    own.map(({ name, layers }): MilpTerm => ({ variable: name, factor: factor(layers) }));
  const branchRows = splits.flatMap((split, s) =>
    split.map(
      (_, b): MilpRow => ({
        name: `branch${s}_${b}`,
        terms: [
          { variable: `k${s}`, factor: 1 },
          ...terms(
            uses.filter((use) => use.s === s && use.b === b),
            (layers) => -layers,
          ),
        ],
        sense: "<=",
        bound: 0,
      }),
    ),
  );
  const kindRows = problem.machines.map(
    ({ count }, i): MilpRow => ({
      name: `machines${i}`,
      terms: terms(
        uses.filter((use) => use.i === i),
        () => 1,
      ),
      sense: "<=",
      bound: count,
    }),
  );
  const segments = splits.map((_, s): MilpTerm => ({ variable: `k${s}`, factor: -1 }));
  const total: MilpRow = {
    name: "all",
    terms: [{ variable: "total", factor: 1 }, ...segments],
    sense: "<=",
    bound: 0,
  };
  return {
    objective: "total",
    variables: [
      whole("total", problem.layers),
      ...splits.map((_, s) => whole(`k${s}`, problem.layers)),
      ...uses.map(({ name, kind }) => whole(name, kind.count)),
    ],
    rows: [total, ...branchRows, ...kindRows],
  };
}

function segmentOf(
  problem: ChainProblem,
  at: {
    readonly split: Split;
    readonly s: number;
    readonly value: (name: string) => number;
  },
): Segment[] {
  const layers = at.value(`k${at.s}`);
  const branches = at.split.map((rate, b) =>
    branchOf(problem, { rate, layers, count: (i) => countIn(at, b, i) }),
  );
  return layers === 0 ? [] : [{ layers, branches }];
}

function countIn(
  { split, s, value }: Parameters<typeof segmentOf>[1],
  b: number,
  i: number,
): number {
  return split[b] === undefined ? 0 : value(`n${s}_${b}_${i}`);
}

function branchOf(
  { machines }: ChainProblem,
  at: {
    readonly rate: number;
    readonly layers: number;
    readonly count: (kind: number) => number;
  },
): Branch {
  let left = at.layers;
  return machines.flatMap((kind, i) => {
    const most = mostLayers(kind, at.rate);
    return most === 0
      ? []
      : Array.from({ length: at.count(i) }, () => {
          const layers = Math.min(left, most);
          left -= layers;
          return { machine: kind.name, layers };
        }).filter(({ layers }) => layers > 0);
  });
}
