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
      ...rateProblems(model, lost, { left, own }),
    ];
  });
}

/** A router sends each replica its part of what they serve at the most, so that the slowest within its targets binds. */
export function carriedBy(replicas: readonly Pick<PlanDeployment, "serves">[]): number {
  const serves = replicas.flatMap((one) => one.serves ?? []);
  const most = serves.reduce((sum, one) => sum + one.mostRequestsPerSecond, 0);
  const parts = serves.map((one) =>
    one.mostRequestsPerSecond > 0 ? one.withinTargetsPerSecond / one.mostRequestsPerSecond : 1,
  );
  return serves.length < replicas.length || parts.length === 0 ? 0 : most * Math.min(...parts);
}

function rateProblems(
  model: string,
  lost: string,
  { left, own }: Record<"left" | "own", readonly PlanDeployment[]>,
): readonly string[] {
  const rate = Math.max(0, ...own.map(({ survives }) => survives?.requestsPerSecond ?? 0));
  const carried = carriedBy(left);
  return rate === 0 || carried >= rate
    ? []
    : [`without ${lost}, ${model} carries ${carried} requests a second instead of ${rate}`];
}
