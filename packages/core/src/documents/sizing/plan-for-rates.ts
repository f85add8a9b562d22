import type { Reason } from "../../report/reason.ts";
import type { PlanDocument } from "../plan-document.ts";
import {
  documentOf,
  type FleetProblem,
  type PlanInput,
  problemOf,
  solveProblem,
  withEmpty,
} from "../plan-problem.ts";
import type { UnplacedModel } from "../plan-unplaced.ts";
import type { SizedWorkload } from "../workload/sized-by-traces.ts";
import { carriedIn, isEnough } from "./carried.ts";
import { isNoWorse } from "./compare-sized.ts";
import { dressed } from "./dressed.ts";
import { type Sizing, solveSettled } from "./fleet-solver.ts";
import { FleetSizes } from "./size-fleet.ts";
import type { Sized } from "./sized.ts";
import { withSizes } from "./sizes.ts";
import { SizingRun } from "./sizing-run.ts";

/** A fleet file with the replicas that rates ask for, and what a plan of it says of that. */
export interface ForRates {
  readonly input: PlanInput;
  /** What is to be solved: a model that would not carry its rate after a loss is refused in it. */
  readonly problem: FleetProblem;
  /** The plan with what each replica serves, and why there are so many. */
  readonly dressed: (plan: PlanDocument, problem: FleetProblem) => PlanDocument;
  /** The plan with what would help models that are refused. */
  readonly explained: (plan: PlanDocument) => Promise<PlanDocument>;
  readonly sized: Sized;
}

/** As many replicas as the rates of its workloads need. Throws an InputError for input that makes no sense. */
export async function sizedForRates(sizing: RatesSizing): Promise<ForRates> {
  return forRates(sizing, await new FleetSizes(sizing).find());
}

/** The same sizes with a longer search for who goes where, where that is open and loses nothing. */
export async function searchedFurther(sizing: RatesSizing, found: ForRates): Promise<ForRates> {
  const { sized } = found;
  if (sized.placed.solution.status === "optimal") {
    return found;
  }
  const further = await solveSettled(sizing, sized);
  return isNoWorse(further, sized) ? forRates(sizing, further) : found;
}

/** A fleet that is sized by what traces say too. */
export interface RatesSizing extends Sizing {
  readonly workloads: readonly SizedWorkload[];
}

function forRates(sizing: RatesSizing, sized: Sized): ForRates {
  const { input, workloads } = sizing;
  const refused = refusals(sized, workloads);
  return {
    sized,
    input: { ...input, goals: sized.goals, fleet: withSizes(input.fleet, sized.sizes) },
    problem: withRefusals(sized.problem, refused),
    dressed: (plan, problem) => dressed(plan, { file: input.file, problem, sized, workloads }),
    explained: async (plan) => ({
      ...plan,
      unplaced: await Promise.all(plan.unplaced.map((one) => withReplicas(one, refused, sizing))),
    }),
  };
}

/** The plan of a fleet whose replicas follow from its rates; a model that would not carry its rate after a loss has no place. */
export async function planForRates({
  input,
  sized,
  problem,
  dressed: dress,
  explained,
}: ForRates): Promise<PlanDocument> {
  const placed = problem === sized.problem ? sized.placed : await solveProblem(problem, input);
  const plan = await documentOf(problem, placed, input);
  return withEmpty(dress(await explained(plan), problem), problem, placed);
}

/** The same problem where nobody is refused. */
function withRefusals(problem: FleetProblem, refused: ReadonlyMap<string, Reason>): FleetProblem {
  if (refused.size === 0) {
    return problem;
  }
  const models = problem.models.map((model) => {
    const reason = refused.get(model.name);
    return reason === undefined ? model : { ...model, refused: reason };
  });
  return { ...problem, models };
}

/** Why models that are to outlive a loss would not carry their rates after it. */
function refusals(
  { problem, served, plan }: Sized,
  workloads: readonly SizedWorkload[],
): ReadonlyMap<string, Reason> {
  const found = workloads.flatMap(({ model, requestsPerSecond = 0 }): [string, Reason][] => {
    const own = served.filter(({ deployment }) => deployment.model === model);
    const loss = problem.models.find(({ name }) => name === model)?.survives?.loss;
    const { afterLoss } = carriedIn(plan, own, loss);
    const isKept = isEnough(
      afterLoss?.carriesPerSecond ?? Number.POSITIVE_INFINITY,
      requestsPerSecond,
    );
    if (loss === undefined || afterLoss === undefined || isKept) {
      return [];
    }
    const { lost, carriesPerSecond: carried } = afterLoss;
    const replicas = own.length;
    return [[model, { code: "rate-after-loss", loss, replicas, lost, requestsPerSecond, carried }]];
  });
  return new Map(found);
}

/** Where more replicas than the file fixes would carry the rate, that is a way out too. */
async function withReplicas(
  unplaced: UnplacedModel,
  refused: ReadonlyMap<string, Reason>,
  sizing: RatesSizing,
): Promise<UnplacedModel> {
  const { input, workloads } = sizing;
  const written = input.fleet.models.find(({ name }) => name === unplaced.model);
  if (written?.replicas === undefined || !refused.has(unplaced.model)) {
    return unplaced;
  }
  const { replicas, ...open } = written;
  const models = input.fleet.models.map((model) => (model === written ? open : model));
  const free = await new FleetSizes({
    ...sizing,
    input: { ...input, fleet: { ...input.fleet, models } },
    problemFor: (own) => problemOf(own),
    run: new SizingRun(),
  }).find();
  const size = free.sizes.get(unplaced.model);
  if (size === undefined || refusals(free, workloads).has(unplaced.model)) {
    return unplaced;
  }
  const more = {
    text: `Run ${size.replicas} replicas instead of ${replicas}.`,
    change: {
      replicas: size.replicas,
      ...(size.each === undefined
        ? {}
        : { concurrency: { least: 1, want: size.each * size.replicas } }),
    },
    verified: true,
  };
  return { ...unplaced, remedies: [more, ...unplaced.remedies] };
}
