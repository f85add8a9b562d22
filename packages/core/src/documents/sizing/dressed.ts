import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import type { FleetProblem } from "../plan-problem.ts";
import type { SizedWorkload } from "../workload/sized-by-traces.ts";
import { type Carried, carriedIn, isEnough, leastCarried } from "./carried.ts";
import type { PlanSizing } from "./plan-sizing.ts";
import { replicasServe } from "./replica-serves.ts";
import type { Sized } from "./sized.ts";
import type { Size } from "./sizes.ts";
import { sizingText } from "./sizing-text.ts";

/** The plan with what each replica serves, and why there are so many. */
export function dressed(
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
      served.filter(({ deployment }) => deployment.model === model),
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
  settled,
}: Size): Pick<PlanSizing, "sequencesEach" | "maxBatchSize" | "exclusive" | "settled"> {
  return {
    ...(each === undefined ? {} : { sequencesEach: each }),
    ...(batch === undefined ? {} : { maxBatchSize: batch }),
    ...(exclusive === undefined ? {} : { exclusive }),
    ...(settled === undefined ? {} : { settled }),
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
