import type { PlanDocument, PlanHost } from "./plan-document.ts";

/** What hosts have in all is not exceeded, and the sums are the sums. */
export function hostProblems(plan: PlanDocument): readonly string[] {
  return plan.hosts.flatMap((host) => powerProblems(host, plan));
}

/** The power limits of the cards in use add up to what the host says, and to no more than its budget. */
function powerProblems({ name, power }: PlanHost, plan: PlanDocument): readonly string[] {
  if (power === undefined) {
    return [];
  }
  const used = plan.gpus.filter(
    ({ id, host }) => host === name && plan.deployments.some(({ gpus }) => gpus.includes(id)),
  );
  const unknown = used.filter(({ id }) => !Object.hasOwn(power.limitsW, id));
  const drawn = used.reduce((sum, { id }) => sum + (power.limitsW[id] ?? 0), 0);
  return [
    ...unknown.map(({ id }) => `${name} says no power limit of ${id}, which is in use`),
    ...(drawn === power.plannedW
      ? []
      : [`${name} says ${power.plannedW} W, its cards in use may draw ${drawn} W`]),
    ...(drawn <= power.budgetW
      ? []
      : [`the cards in use on ${name} may draw ${drawn} W, its budget is ${power.budgetW} W`]),
  ];
}
