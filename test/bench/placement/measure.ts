import type {
  Assignment,
  PlacementProblem,
  Solution,
  SolveOptions,
} from "../../../packages/core/src/placement/problem.ts";
import { solveWithBound } from "../../../packages/core/src/placement/solve.ts";
import { highsBound, highsPrograms } from "../../../packages/core/src/placement/solvers/highs.ts";
import { verifySolution } from "../../../packages/core/src/placement/verify-solution.ts";
import { POLICIES } from "../policies/policies.ts";
import { runPolicy } from "../policies/policy.ts";

/** One instance, ready to be solved. */
export interface Instance {
  /** Instances of one group make one row together. */
  readonly group: string;
  /** States that the search may look at. */
  readonly nodeLimit: number;
  /** Makes the problem; its time counts. */
  build(): PlacementProblem;
}

/** What was reached, by the planner or by a simple policy. */
export interface Reached {
  readonly placed: number;
  /** The least share of the models placed. */
  readonly share: number;
  readonly kvBytes: number;
}

export interface Measured extends Reached {
  readonly group: string;
  readonly models: number;
  readonly cards: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly isOptimal: boolean;
  /** How far the least share is below its bound, as a part of the bound; 0 where it is proven. */
  readonly gap: number;
  /** By the name of the policy. */
  readonly policies: Readonly<Record<string, Reached>>;
}

/** Solves the instance once and checks the answer; the policies run on the same problem. */
export async function measure(instance: Instance): Promise<Measured> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const problem = instance.build();
  const options: SolveOptions = { nodeLimit: instance.nodeLimit };
  const solution = await solveWithBound(problem, options, highsBound, highsPrograms);
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1000;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  refuseWrong(problem, solution);
  return {
    group: instance.group,
    models: problem.demands.length,
    cards: problem.cards.length,
    seconds,
    cpuSeconds: (used.user + used.system) / 1e6,
    peakBytes,
    isOptimal: solution.status === "optimal",
    gap: gapOf(solution),
    ...reachedBy(problem, solution.assignments),
    policies: Object.fromEntries(
      POLICIES.map((policy) => [policy.name, reachedBy(problem, runPolicy(policy, problem))]),
    ),
  };
}

function refuseWrong(problem: PlacementProblem, solution: Solution): void {
  const violations = verifySolution(problem, solution);
  if (violations.length > 0) {
    throw new Error(`the answer does not hold: ${JSON.stringify(violations[0])}`);
  }
}

/** Where models were left out that might be placed, the gap is of the count of models. */
function gapOf({ objective }: Solution): number {
  const open = ["placed", "share"].map((id) => objective.find((stage) => stage.id === id));
  return open.reduce((gap, stage) => {
    const own = stage === undefined || stage.bound === 0 ? 0 : 1 - stage.value / stage.bound;
    return gap === 0 ? own : gap;
  }, 0);
}

function reachedBy(problem: PlacementProblem, assignments: readonly Assignment[]): Reached {
  const demands = new Map(problem.demands.map((demand) => [demand.model, demand]));
  const served = new Map<string, number>();
  let kvBytes = 0;
  for (const { model, option, sequences } of assignments) {
    const demand = demands.get(model);
    const stages = demand?.options.find(({ id }) => id === option)?.stages ?? [];
    served.set(model, (served.get(model) ?? 0) + sequences);
    kvBytes += stages.reduce((sum, stage) => sum + sequences * stage.ranks * stage.perSequence, 0);
  }
  const shares = [...served].map(([model, sequences]) =>
    Math.min(1, sequences / Math.max(1, demands.get(model)?.wanted ?? 1)),
  );
  return { placed: served.size, share: Math.min(1, ...shares), kvBytes };
}
