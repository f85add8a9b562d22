import type { PlanDeployment, PlanDocument, PlanGpu, PlanRank } from "./plan-document.ts";
import { chanceProblems } from "./verify-chance.ts";
import { deploymentProblems, nameOf } from "./verify-deployment.ts";
import { hostProblems } from "./verify-hosts.ts";
import { lossProblems } from "./verify-losses.ts";

/**
 * Checks a plan from first principles, from its document alone: it shares no code with the solver or the
 * start order. Gives one sentence for each thing that is wrong; none for a plan that holds.
 */
export function verifyPlan(plan: PlanDocument): readonly string[] {
  const gpus = new Map(plan.gpus.map((gpu) => [gpu.id, gpu]));
  const ranks = ranksByCard(plan.deployments);
  return [
    ...listProblems(plan),
    ...plan.deployments.flatMap((deployment) => deploymentProblems(deployment, gpus)),
    ...plan.gpus.flatMap((gpu) => cardProblems(gpu, ranks.get(gpu.id) ?? [])),
    ...startProblems(plan),
    ...neighbourProblems(plan),
    ...spreadProblems(plan),
    ...lossProblems(plan),
    ...hostProblems(plan),
    ...chanceProblems(plan),
  ];
}

/** No card holds more than it has, and its sums are the sums. */
function cardProblems(gpu: PlanGpu, ranks: readonly PlanRank[]): readonly string[] {
  const planned = ranks.reduce(
    (sum, rank) => sum + heldBytes(rank, "any") + rank.kv.budgetBytes,
    0,
  );
  const left = gpu.memoryBytes - gpu.usedByOthersBytes - gpu.reserveBytes - planned;
  // others and the reserve alone may be more than a card has
  const free = planned === 0 ? Math.max(0, left) : left;
  return [
    ...(planned === gpu.plannedBytes
      ? []
      : [`${gpu.id} says ${gpu.plannedBytes} planned bytes, its ranks hold ${planned}`]),
    ...(free === gpu.freeBytes
      ? []
      : [`${gpu.id} says ${gpu.freeBytes} free bytes, there are ${free}`]),
    ...(free >= 0 ? [] : [`${gpu.id} is ${-free} bytes short`]),
  ];
}

function ranksByCard(
  deployments: readonly PlanDeployment[],
): ReadonlyMap<string, readonly PlanRank[]> {
  const byCard = new Map<string, PlanRank[]>();
  for (const rank of deployments.flatMap((deployment) => deployment.ranks)) {
    const own = byCard.get(rank.gpu) ?? [];
    byCard.set(rank.gpu, own);
    own.push(rank);
  }
  return byCard;
}

function heldBytes(rank: PlanRank, taken: "before-kv" | "any"): number {
  return rank.terms
    .filter((term) => taken === "any" || term.taken === taken)
    .reduce((sum, term) => sum + term.plannedBytes, 0);
}

/** Runs the starts one after another: every engine finds what the plan says. */
function startProblems(plan: PlanDocument): readonly string[] {
  const free = new Map(
    plan.gpus.map((gpu) => [gpu.id, gpu.memoryBytes - gpu.usedByOthersBytes - gpu.reserveBytes]),
  );
  const ordered = [...plan.deployments].sort((a, b) => a.startOrder - b.startOrder);
  const problems: string[] = [];
  for (const [position, deployment] of ordered.entries()) {
    if (deployment.startOrder !== position) {
      problems.push(
        `${nameOf(deployment)} starts at ${deployment.startOrder} instead of ${position}`,
      );
    }
    problems.push(...startProblemsOf(deployment, free));
    for (const rank of deployment.ranks) {
      free.set(rank.gpu, (free.get(rank.gpu) ?? 0) - heldBytes(rank, "any") - rank.kv.budgetBytes);
    }
  }
  return problems;
}

function startProblemsOf(
  deployment: PlanDeployment,
  free: ReadonlyMap<string, number>,
): readonly string[] {
  const wrong = deployment.ranks.filter(
    (rank) =>
      rank.freeAtStartBytes !== free.get(rank.gpu) ||
      rank.freeForKvBytes !== rank.freeAtStartBytes - heldBytes(rank, "before-kv"),
  );
  return wrong.map(
    (rank) =>
      `${nameOf(deployment)} finds ${free.get(rank.gpu)} bytes on ${rank.gpu} instead of ${rank.freeAtStartBytes}`,
  );
}

/** Replicas are numbered from 0, cards are listed once, and no model is both placed and unplaced. */
function listProblems(plan: PlanDocument): readonly string[] {
  const models = [...new Set(plan.deployments.map(({ model }) => model))];
  const misnumbered = models.filter((name) => {
    const replicas = plan.deployments
      .filter(({ model }) => model === name)
      .map(({ replica }) => replica)
      .sort((a, b) => a - b);
    return replicas.some((replica, i) => replica !== i);
  });
  const ids = plan.gpus.flatMap(({ id, uuid }) => (uuid === undefined ? [id] : [id, uuid]));
  const twin = ids.find((id, i) => ids.indexOf(id) !== i);
  const both = plan.unplaced.find(({ model }) => models.includes(model));
  return [
    ...misnumbered.map((name) => `${name} has replicas that are not numbered from 0`),
    ...(twin === undefined ? [] : [`${twin} is listed twice`]),
    ...(both === undefined ? [] : [`${both.model} is placed and unplaced`]),
    ...(plan.unplaced.length > 0 === (plan.status === "infeasible")
      ? []
      : [`the status is ${plan.status} with ${plan.unplaced.length} models unplaced`]),
  ];
}

/** Two replicas of one model, an exclusive model and any other, or two that avoid each other never share a card. */
function neighbourProblems(plan: PlanDocument): readonly string[] {
  const byCard = tenantsByCard(plan.deployments);
  return plan.gpus.flatMap((gpu) => {
    const tenants = byCard.get(gpu.id) ?? [];
    const clash = tenants.find((a, i) => tenants.slice(i + 1).some((b) => mayNotShare(a, b)));
    return clash === undefined
      ? []
      : [`${gpu.id} holds ${nameOf(clash)} and one that it may not share a card with`];
  });
}

function tenantsByCard(
  deployments: readonly PlanDeployment[],
): ReadonlyMap<string, readonly PlanDeployment[]> {
  const byCard = new Map<string, PlanDeployment[]>();
  for (const deployment of deployments) {
    for (const card of new Set(deployment.gpus)) {
      const own = byCard.get(card) ?? [];
      byCard.set(card, own);
      own.push(deployment);
    }
  }
  return byCard;
}

function mayNotShare(a: PlanDeployment, b: PlanDeployment): boolean {
  return (
    a.model === b.model ||
    a.isExclusive ||
    b.isExclusive ||
    a.notWith.includes(b.model) ||
    b.notWith.includes(a.model)
  );
}

/** Replicas that are spread are each on another host. */
function spreadProblems({ deployments, gpus }: PlanDocument): readonly string[] {
  const hostsOf = (own: PlanDeployment): readonly string[] =>
    gpus.filter(({ id }) => own.gpus.includes(id)).map(({ host }) => host);
  return deployments.flatMap((a, i) => {
    const twin = deployments
      .slice(i + 1)
      .find(
        (b) =>
          a.model === b.model &&
          (a.isSpread === true || b.isSpread === true) &&
          hostsOf(a).some((host) => hostsOf(b).includes(host)),
      );
    return twin === undefined ? [] : [`${nameOf(a)} is on the host of ${nameOf(twin)}`];
  });
}
