import type { PlanDeployment, PlanDocument } from "./plan-document.ts";

/**
 * Loses each card, or each host, in turn: of every model that is to outlive that, what is left holds its least, and
 * carries its rate as far as the plan says what each replica serves.
 */
export function lossProblems(plan: PlanDocument): readonly string[] {
  const mortal = plan.deployments.filter(({ survives }) => survives !== undefined);
  const models = [...new Set(mortal.map(({ model }) => model))];
  return models.flatMap((model) =>
    ["gpu", "host"].flatMap((loss) => lossesOf(plan, model, loss as "gpu" | "host")),
  );
}

function lossesOf(plan: PlanDocument, model: string, loss: "gpu" | "host"): readonly string[] {
  const own = plan.deployments.filter((deployment) => deployment.model === model);
  const wishes = own.filter(({ survives }) => survives?.loss === loss);
  if (wishes.length === 0) {
    return [];
  }
  const workload = plan.workloads?.find((one) => one.model === model);
  const targets = workload?.targets.length ?? 0;
  const least = Math.max(1, ...wishes.map(({ survives }) => survives?.leastSequences ?? 1));
  const placeOf = ({ id, host }: PlanDocument["gpus"][number]): string =>
    loss === "host" ? host : id;
  return [...new Set(plan.gpus.map(placeOf))].flatMap((lost) => {
    const gone = plan.gpus.filter((gpu) => placeOf(gpu) === lost).map(({ id }) => id);
    const left = own.filter(({ gpus }) => !gpus.some((id) => gone.includes(id)));
    const held = left.reduce((sum, one) => sum + one.concurrentSequences, 0);
    return [
      ...(held >= least
        ? []
        : [`without ${lost}, ${model} holds ${held} sequences instead of ${least}`]),
      ...rateProblems(model, lost, { left, own, targets }),
    ];
  });
}

/**
 * What they carry where all are alike; a bound where they are not. A target is over all requests, whichever replica they go to, so that
 * unlike replicas meet one target together no longer than the best of them does, and several as long as they serve at all.
 */
export function mostCarried(
  replicas: readonly Pick<PlanDeployment, "serves">[],
  targets: number,
): number {
  const serves = replicas.flatMap((one) => one.serves ?? []);
  const most = serves.reduce((sum, one) => sum + one.mostRequestsPerSecond, 0);
  const parts = serves.map((one) =>
    one.mostRequestsPerSecond > 0 ? one.withinTargetsPerSecond / one.mostRequestsPerSecond : 1,
  );
  const isBoundByBest = targets <= 1 || new Set(parts).size === 1;
  return serves.length < replicas.length || parts.length === 0
    ? 0
    : most * (isBoundByBest ? Math.max(...parts) : 1);
}

interface Rated {
  readonly left: readonly PlanDeployment[];
  readonly own: readonly PlanDeployment[];
  /** How many targets the model has. */
  readonly targets: number;
}

function rateProblems(
  model: string,
  lost: string,
  { left, own, targets }: Rated,
): readonly string[] {
  const rate = Math.max(0, ...own.map(({ survives }) => survives?.requestsPerSecond ?? 0));
  const carried = mostCarried(left, targets);
  return rate === 0 || carried >= rate
    ? []
    : [`without ${lost}, ${model} carries ${carried} requests a second instead of ${rate}`];
}
