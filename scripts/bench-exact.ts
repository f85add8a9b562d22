// node scripts/run-bundled.mjs scripts/bench-exact.ts [SEEDS]: how many fleets of twelve cards the exact search proves, how soon,
// and how far from a bound those end that it does not. CPU seconds of one process, so that other work on the
// machine disturbs little.
import type { PlacementProblem, Solution } from "../packages/core/src/placement/problem.ts";
import { solve } from "../packages/core/src/placement/solve.ts";
import { highsBound } from "../packages/core/src/placement/solvers/highs.ts";
import { twelveCardProblem } from "../test/bench/twelve-card-fleet.ts";
import { twelveCards } from "../test/properties/random-placement.ts";

/** What the command line allows; then what is enough for half a minute. */
const LIMITS = [1_000_000, 20_000_000] as const;
const SHORT_S = 2;
const LONG_S = 30;

interface Run {
  readonly solution: Solution;
  readonly seconds: number;
  /** Part by which the least share may still grow. */
  readonly gap: number;
}

const seeds = Number(process.argv[2] ?? 10);
const sets = [6, 10].flatMap((models) => [
  ...[1, 4].map((load) => ({
    name: `round numbers × ${models} models, load ${load}`,
    problem: (seed: number) => twelveCards(seed, models, load),
  })),
  ...[0.5, 1, 2].map((load) => ({
    name: `catalogue × ${models} models, load ${load}`,
    problem: (seed: number) => twelveCardProblem({ seed, models, load }),
  })),
]);

process.stdout.write(
  "set | limit | proven | share proven | worst gap | proven in 2 s | in 30 s | CPU s, median (least to most) | states, median | unproven\n",
);
for (const { name, problem } of sets) {
  const problems = Array.from({ length: seeds }, (_, seed) => problem(seed));
  for (const limit of LIMITS) {
    const runs: Run[] = [];
    for (const one of problems) {
      runs.push(await measure(one, limit));
    }
    process.stdout.write(`${[name, limit, ...columns(runs)].join(" | ")}\n`);
  }
}

async function measure(problem: PlacementProblem, nodeLimit: number): Promise<Run> {
  const started = process.cpuUsage();
  const solution = solve(problem, { nodeLimit });
  const { user, system } = process.cpuUsage(started);
  return { solution, seconds: (user + system) / 1e6, gap: await gapOf(problem, solution) };
}

/** 0 where the share is proven; else up to HiGHS' bound, which holds for every layout of all models. */
async function gapOf(problem: PlacementProblem, solution: Solution): Promise<number> {
  const share = stageOf(solution, "share");
  if (share.bound === share.value || solution.unplaced.length > 0) {
    return share.bound / share.value - 1;
  }
  return Math.min(share.bound, await highsBound(problem)) / share.value - 1;
}

function columns(runs: readonly Run[]): readonly string[] {
  const proven = runs.filter(({ solution }) => solution.status === "optimal");
  const within = (seconds: number) => proven.filter((run) => run.seconds <= seconds).length;
  const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
  const states = runs.map(({ solution }) => solution.nodes).sort((a, b) => a - b);
  const isShareProven = runs.filter(({ gap }) => gap === 0).length;
  const worst = runs.reduce((most, { gap }) => Math.max(most, gap), 0);
  return [
    `${proven.length} of ${runs.length}`,
    `${isShareProven}`,
    `${(100 * worst).toFixed(1)} %`,
    `${within(SHORT_S)}`,
    `${within(LONG_S)}`,
    `${middle(seconds).toFixed(2)} (${seconds[0]?.toFixed(2)} to ${seconds.at(-1)?.toFixed(2)})`,
    `${middle(states)}`,
    unprovenStages(runs),
  ];
}

/** The first stage that each run did not prove, counted. */
function unprovenStages(runs: readonly Run[]): string {
  const counts = new Map<string, number>();
  for (const { solution } of runs) {
    const first = solution.objective.find(({ value, bound }) => value !== bound);
    if (first !== undefined) {
      counts.set(first.id, (counts.get(first.id) ?? 0) + 1);
    }
  }
  return [...counts].map(([id, count]) => `${id} ${count}`).join(", ");
}

function stageOf(solution: Solution, id: string): { value: number; bound: number } {
  return solution.objective.find((one) => one.id === id) ?? { value: 0, bound: 0 };
}

function middle(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
