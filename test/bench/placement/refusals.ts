import { explainUnplaced } from "../../../packages/core/src/documents/explain-unplaced.ts";
import { defaultNodeLimit } from "../../../packages/core/src/documents/node-limit.ts";
import { inputForRates } from "../../../packages/core/src/documents/plan-fleet.ts";
import { solveProblem } from "../../../packages/core/src/documents/plan-problem.ts";
import { refusedFleet, type Wishing } from "../refused-fleet.ts";

/** A seeded fleet that is to be refused. */
export interface RefusalInstance {
  readonly group: string;
  readonly wishing: Wishing;
  readonly seed: number;
}

/** Seeds of each kind; those in which all have a place are solved too, and not counted. */
const SEEDS: Readonly<Record<Wishing, number>> = { wishes: 16, limits: 16, workloads: 8 };

/** All fleets, the rows of the table in order. */
export function refusals(): readonly RefusalInstance[] {
  return (["wishes", "limits", "workloads"] as const).flatMap((wishing) =>
    Array.from({ length: SEEDS[wishing] }, (_, seed) => ({
      group: `12 cards x 6 models, refused: ${wishing}`,
      wishing,
      seed,
    })),
  );
}

/** What a fleet with a model that has no place took. */
export interface RefusalMeasured {
  readonly group: string;
  /** Models without a place, how many of these have a remedy, and of how many the search for remedies came to its limit. */
  readonly unplaced: number;
  readonly helped: number;
  readonly cut: number;
  readonly remedies: number;
  /** Until the plan was there, and from there to all reasons and remedies. */
  readonly solveSeconds: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Solves the fleet as `berth plan` does, then times why models have no place. Undefined where all have one. */
export async function measureRefusal({
  group,
  wishing,
  seed,
}: RefusalInstance): Promise<RefusalMeasured | undefined> {
  const started = performance.now();
  const given = { file: "bench", fleet: refusedFleet(seed, wishing) };
  const { input, problem } = await inputForRates(given);
  const placed = await solveProblem(problem, input);
  if (placed.solution.unplaced.length === 0) {
    return undefined;
  }
  const solveSeconds = (performance.now() - started) / 1000;
  const nodeLimit = defaultNodeLimit(problem.fleet.gpus.length);
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  const unplaced = explainUnplaced({ ...problem, placed, nodeLimit });
  const used = process.cpuUsage(cpu);
  return {
    group,
    unplaced: unplaced.length,
    helped: unplaced.filter(({ remedies }) => remedies.length > 0).length,
    cut: unplaced.filter(({ remediesCut }) => remediesCut === "limit").length,
    remedies: unplaced.reduce((sum, { remedies }) => sum + remedies.length, 0),
    solveSeconds,
    seconds: (performance.now() - from) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
  };
}
