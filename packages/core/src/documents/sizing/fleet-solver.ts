import { assemblePlan } from "../assemble-plan.ts";
import { limitOfSeveral, limitOfTrial } from "../node-limit.ts";
import {
  type FleetProblem,
  type PlanInput,
  solveProblem,
  solveToCompare,
} from "../plan-problem.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";
import { askedGoals } from "./asked-goals.ts";
import { replicasServe } from "./replica-serves.ts";
import type { Sized } from "./sized.ts";
import { withSizes } from "./sizes.ts";
import type { SizingRun } from "./sizing-run.ts";

/** A fleet that is sized, and what all searches for that share. */
export interface Sizing {
  readonly input: PlanInput;
  readonly workloads: readonly PlanWorkload[];
  readonly problemFor: (input: PlanInput) => FleetProblem;
  readonly run: SizingRun;
}

type Asked = Pick<Sized, "sizes" | "needs">;

/** The fleet with these sizes, searched as far as is enough to compare it with others. */
export function solveTrial(sizing: Sizing, asked: Asked): Promise<Sized> {
  return solveWith(sizing, asked, { limitOf: limitOfTrial, solve: solveToCompare });
}

/** The same, searched further: for the sizes that were settled on. */
export function solveSettled(sizing: Sizing, asked: Asked): Promise<Sized> {
  return solveWith(sizing, asked, { limitOf: limitOfSeveral, solve: solveProblem });
}

function solveWith(
  { input, workloads, problemFor, run }: Sizing,
  { sizes, needs }: Asked,
  {
    limitOf,
    solve,
  }: { readonly limitOf: (cards: number) => number; readonly solve: typeof solveProblem },
): Promise<Sized> {
  const fleet = withSizes(input.fleet, sizes);
  const problem = problemFor({ ...input, fleet });
  const most = limitOf(problem.fleet.gpus.length);
  const nodeLimit = Math.min(most, input.nodeLimit ?? most);
  const refused = problem.models.flatMap((one) => (one.refused === undefined ? [] : [one.name]));
  const key = JSON.stringify([most, nodeLimit, fleet.models, [...needs], refused]);
  const asked = new Map(needs);
  return run.once(key, async () => {
    const goals = askedGoals(input.goals ?? [], workloads, asked);
    const placed = await solve(problem, { ...input, nodeLimit, goals });
    const plan = { ...assemblePlan(problem.fleet, placed, problem.chanceWanted), workloads };
    const served = replicasServe(input.file, plan, problem);
    return { sizes, needs: asked, problem, placed, plan, served, goals };
  });
}
