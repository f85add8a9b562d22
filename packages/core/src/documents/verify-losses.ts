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
      ...rateProblems(plan, model, { lost, left, own }),
    ];
  });
}

function rateProblems(
  { workloads = [] }: PlanDocument,
  model: string,
  {
    lost,
    left,
    own,
  }: {
    readonly lost: string;
    readonly left: readonly PlanDeployment[];
    readonly own: readonly PlanDeployment[];
  },
): readonly string[] {
  const rate = workloads.find((one) => one.model === model)?.requestsPerSecond;
  const isKnown = own.every(({ serves }) => serves !== undefined);
  const carried = left.reduce((sum, { serves }) => sum + (serves?.requestsPerSecond ?? 0), 0);
  return rate === undefined || !isKnown || carried >= rate
    ? []
    : [`without ${lost}, ${model} serves ${carried} requests a second instead of ${rate}`];
}
