import type { Highs, Model } from "highs";
import { SolverError } from "../../report/errors.ts";
import type { PlacementProblem } from "../problem.ts";
import { compareRatios, NOTHING, sharesAbove } from "./levels.ts";
import type { Column, LinearProgram, OpenProgram, RowBounds } from "./linear-program.ts";
import { renderLp } from "./lp-text.ts";
import type { PlacedLeast } from "./milp.ts";
import { classModel } from "./milp.ts";
import type { Bounder } from "./solver.ts";

/** Nodes of its own search after which HiGHS stops with the bound that it has: a limit without a clock. */
const MAX_NODES = 500;

/** Above HiGHS' tolerances: 1e-6 on whole numbers, 1e-7 on rows. Too much only makes the bound looser. */
const TOLERANCE = 1e-5;

let runtime: Promise<Highs> | undefined;

/**
 * A share that no layout exceeds which places at least so many models (all where nothing is said).
 * -Infinity is a proof that there is no such layout at all. Loads HiGHS (3.5 MB) on the first call.
 */
export const highsBound: Bounder = async (problem, placed) => {
  const least = placed ?? [{ priority: undefined, models: problem.demands.length }];
  if (isImpossible(problem, least)) {
    return Number.NEGATIVE_INFINITY;
  }
  runtime ??= loadHighs();
  const highs = await runtime;
  const data = renderLp(classModel(problem, least));
  const bound = highs.withModel({ format: "lp", data }, (model) => boundOf(highs, model));
  return Math.min(1, shareWithin(problem, bound + TOLERANCE));
};

/** HiGHS' simplex method for programs that grow; loads it on the first call. */
export async function highsPrograms(): Promise<OpenProgram> {
  runtime ??= loadHighs();
  const highs = await runtime;
  return (rows) => openProgram(highs, rows);
}

function openProgram(highs: Highs, rows: readonly RowBounds[]): LinearProgram {
  const model = highs.createModel();
  model.options.set({ output_flag: false, presolve: "off" });
  const addRows = (own: readonly RowBounds[]) => {
    const numCols = model.getDimensions().numCols;
    model.addRows({
      lower: Float64Array.from(own, ({ least }) => least),
      upper: Float64Array.from(own, ({ most }) => most),
      matrix: { format: "csr", numRows: own.length, numCols, ...entriesOf(own.map(() => NONE)) },
    });
  };
  addRows(rows);
  // what was the best before still holds with more columns, and is where the primal simplex goes on; not so with limits
  let isLimited = false;
  return {
    addRows,
    addColumns: (columns) => {
      model.addCols({
        cost: Float64Array.from(columns, ({ cost }) => cost),
        lower: new Float64Array(columns.length),
        upper: Float64Array.from(columns, ({ most }) => most),
        matrix: {
          format: "csc",
          numRows: model.getDimensions().numRows,
          numCols: columns.length,
          ...entriesOf(columns.map(({ entries }) => entries)),
        },
      });
    },
    solve: () => {
      model.options.set({ simplex_strategy: isLimited ? DUAL : PRIMAL });
      isLimited = false;
      model.run();
      const { rowDual, colValue } = model.getSolution();
      const isOptimal = model.getModelStatus() === highs.constants.modelStatus.optimal;
      return { isOptimal, cost: model.getObjectiveValue(), prices: rowDual, values: colValue };
    },
    limitColumn: (position, least, most) => {
      isLimited = true;
      model.changeColBounds(position, least, most);
    },
    close: () => {
      model.dispose();
    },
  };
}

/** HiGHS' own numbers for them. */
const DUAL = 1;
const PRIMAL = 4;

const NONE: ReadonlyMap<number, number> = new Map();

function entriesOf(vectors: readonly Column["entries"][]) {
  const starts = new Int32Array(vectors.length + 1);
  vectors.forEach((entries, i) => {
    starts[i + 1] = (starts[i] ?? 0) + entries.size;
  });
  return {
    starts,
    indices: Int32Array.from(vectors.flatMap((entries) => [...entries.keys()])),
    values: Float64Array.from(vectors.flatMap((entries) => [...entries.values()])),
  };
}

async function loadHighs(): Promise<Highs> {
  const { default: loaded } = await import("highs");
  // The package calls its types CommonJS, where some compilers see the default export one level deeper than in
  // the ES module that Node and bundlers load.
  const load = loaded as unknown as () => Promise<Highs>;
  return load();
}

/** What the LP text could not say: a row without terms. */
function isImpossible(problem: PlacementProblem, placed: readonly PlacedLeast[]): boolean {
  return placed.some(
    ({ priority, models }) =>
      problem.demands.filter((demand) => priority === undefined || demand.priority === priority)
        .length < models,
  );
}

function boundOf(highs: Highs, model: Model): number {
  model.options.set({ output_flag: false, mip_max_nodes: MAX_NODES });
  model.run();
  const { infeasible, loadError, modelError, solveError } = highs.constants.modelStatus;
  const status = model.getModelStatus();
  if (status === infeasible) {
    return Number.NEGATIVE_INFINITY;
  }
  if (status === loadError || status === modelError || status === solveError) {
    throw new SolverError(`highs: model status ${status}`);
  }
  return Number(model.info.get("mip_dual_bound"));
}

/** The largest share that a model can have within a bound. */
function shareWithin(problem: PlacementProblem, bound: number): number {
  if (bound === Number.NEGATIVE_INFINITY) {
    return bound;
  }
  const shares = sharesAbove(problem.demands, NOTHING).sort(compareRatios);
  const within = shares.findLast(({ served, wanted }) => served / wanted <= bound);
  return within === undefined ? bound : within.served / within.wanted;
}
