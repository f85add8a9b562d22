import type { Reason } from "../../report/reason.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import { documentOf, type FleetProblem, type PlanInput, solveProblem } from "../plan-problem.ts";
import type { UnplacedModel } from "../plan-unplaced.ts";
import type { SizedWorkload } from "../workload/sized-by-traces.ts";
import { type Carried, carriedIn, leastCarried } from "./carried.ts";
import type { PlanSizing } from "./plan-sizing.ts";
import { replicasServe } from "./replica-serves.ts";
import { FleetSizes } from "./size-fleet.ts";
import type { Sized } from "./sized.ts";
import { type Size, withSizes } from "./sizes.ts";
import { sizingText } from "./sizing-text.ts";

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

/** As many replicas as the rates of these workloads need. Throws an InputError for input that makes no sense. */
export async function sizedForRates(
  input: PlanInput,
  workloads: readonly SizedWorkload[],
  problemFor?: (input: PlanInput) => FleetProblem,
): Promise<ForRates> {
  const sized = await new FleetSizes(input, workloads, problemFor).find();
  const refused = refusals(sized, workloads);
  return {
    sized,
    input: { ...input, goals: sized.goals, fleet: withSizes(input.fleet, sized.sizes) },
    problem: withRefusals(sized.problem, refused),
    dressed: (plan, problem) => dressed(plan, { file: input.file, problem, sized, workloads }),
    explained: async (plan) => ({
      ...plan,
      unplaced: await Promise.all(
        plan.unplaced.map((one) => withReplicas(one, refused, { input, workloads })),
      ),
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
  return dress(await explained(plan), problem);
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
    const own = served.flatMap(({ deployment }) =>
      deployment.model === model ? [deployment] : [],
    );
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

function isEnough(carried: number, asked: number): boolean {
  return asked === 0 || carried > asked;
}

/** Where more replicas than the file fixes would carry the rate, that is a way out too. */
async function withReplicas(
  unplaced: UnplacedModel,
  refused: ReadonlyMap<string, Reason>,
  { input, workloads }: { readonly input: PlanInput; readonly workloads: readonly SizedWorkload[] },
): Promise<UnplacedModel> {
  const written = input.fleet.models.find(({ name }) => name === unplaced.model);
  if (written?.replicas === undefined || !refused.has(unplaced.model)) {
    return unplaced;
  }
  const { replicas, ...open } = written;
  const models = input.fleet.models.map((model) => (model === written ? open : model));
  const free = await new FleetSizes(
    { ...input, fleet: { ...input.fleet, models } },
    workloads,
  ).find();
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

function dressed(
  plan: PlanDocument,
  at: {
    readonly file: string;
    readonly problem: FleetProblem;
    readonly sized: Sized;
    readonly workloads: readonly SizedWorkload[];
  },
): PlanDocument {
  const { file, problem, sized, workloads } = at;
  const served = replicasServe(file, { ...plan, workloads }, problem);
  const bare = plan.deployments.map(({ serves: _, ...deployment }): PlanDeployment => {
    const own = served.find(
      (one) =>
        one.deployment.model === deployment.model && one.deployment.replica === deployment.replica,
    );
    return own === undefined ? deployment : { ...deployment, serves: own.deployment.serves };
  });
  const carriedOf = (model: string): Carried =>
    carriedIn(
      plan,
      bare.filter((one) => one.model === model),
      problem.models.find(({ name }) => name === model)?.survives?.loss,
    );
  const deployments = bare.map((one) => withRate(one, workloads, carriedOf));
  const sizing = [...sized.sizes].flatMap(([model, size]): PlanSizing[] => {
    const replicas = bare.filter((one) => one.model === model).length;
    const own = workloads.find((one) => one.model === model);
    const asked = own?.requestsPerSecond ?? 0;
    const carried = carriedOf(model);
    const said = {
      model,
      replicas,
      ...saidOf(size),
      requestsPerSecond: asked,
      ...(own?.trace === undefined || own.busiestSeconds === undefined
        ? {}
        : { trace: { file: own.trace, busiestSeconds: own.busiestSeconds } }),
      carriesPerSecond: carried.all,
      ...(carried.afterLoss === undefined ? {} : { afterLoss: carried.afterLoss }),
      isEnough: isEnough(leastCarried(carried), asked),
    };
    return replicas === 0 ? [] : [{ ...said, text: sizingText(said) }];
  });
  const short = sizing.filter((one) => !one.isEnough).map(({ text }) => text);
  const warnings = [...plan.warnings, ...short, ...unkept(deployments, workloads)];
  return { ...plan, deployments, warnings, ...(sizing.length === 0 ? {} : { sizing }) };
}

/** What the fleet file does not say of the replicas. */
function saidOf({
  each,
  batch,
  exclusive,
}: Size): Pick<PlanSizing, "sequencesEach" | "maxBatchSize" | "exclusive"> {
  return {
    ...(each === undefined ? {} : { sequencesEach: each }),
    ...(batch === undefined ? {} : { maxBatchSize: batch }),
    ...(exclusive === undefined ? {} : { exclusive }),
  };
}

/** Models that outlive a loss but don't carry their rates after it; a plan from scratch leaves them out. */
function unkept(
  deployments: readonly PlanDeployment[],
  workloads: readonly SizedWorkload[],
): readonly string[] {
  const rated = workloads.filter(({ requestsPerSecond = 0 }) => requestsPerSecond > 0);
  const broken = rated.filter(({ model }) =>
    deployments.some(
      ({ model: own, survives, serves }) =>
        own === model &&
        survives !== undefined &&
        serves !== undefined &&
        survives.requestsPerSecond === undefined,
    ),
  );
  return broken.map(
    ({ model }) => `${model} answers after a loss, but does not carry its rate then`,
  );
}

/** The promise to carry the rate after a loss, where it holds. */
function withRate(
  deployment: PlanDeployment,
  workloads: readonly SizedWorkload[],
  carriedOf: (model: string) => Carried,
): PlanDeployment {
  const { survives, model } = deployment;
  const asked = workloads.find((one) => one.model === model)?.requestsPerSecond ?? 0;
  const { afterLoss } = carriedOf(model);
  return survives === undefined ||
    afterLoss === undefined ||
    !isEnough(afterLoss.carriesPerSecond, asked)
    ? deployment
    : {
        ...deployment,
        survives: { ...survives, ...(asked === 0 ? {} : { requestsPerSecond: asked }) },
      };
}
