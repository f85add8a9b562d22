import type { PlanDeployment, PlanDocument } from "./plan-document.ts";
import type { PlanHost, PlanHostSum } from "./plan-host.ts";
import { nameOf } from "./verify-deployment.ts";

/** What hosts have in all is not exceeded, and the sums are the sums. */
export function hostProblems(plan: PlanDocument): readonly string[] {
  return plan.hosts.flatMap((host) => {
    const ids = plan.gpus.filter((gpu) => gpu.host === host.name).map(({ id }) => id);
    const own = plan.deployments.filter(({ gpus }) => gpus.some((id) => ids.includes(id)));
    return [...powerProblems(host, plan), ...memoryProblems(host, own), ...diskProblems(host, own)];
  });
}

/** Each start finds the memory that it loads through: its share of what its ranks hold as weights. */
function memoryProblems(
  { name, memory }: PlanHost,
  deployments: readonly PlanDeployment[],
): readonly string[] {
  if (memory === undefined) {
    return [];
  }
  const needs = deployments.map((deployment) => {
    const weights = deployment.ranks
      .flatMap(({ terms }) => terms)
      .reduce((sum, { id, bytes }) => sum + (id === "weights" ? bytes : 0), 0);
    return { deployment, bytes: Math.ceil((deployment.loading?.share ?? Number.NaN) * weights) };
  });
  const most = Math.max(0, ...needs.map(({ bytes }) => bytes));
  return [
    ...needs
      .filter(({ deployment, bytes }) => bytes !== deployment.loading?.bytes)
      .map(
        ({ deployment }) => `${nameOf(deployment)} does not say what its start takes of ${name}`,
      ),
    ...needs
      .filter(({ bytes }) => bytes > memory.bytes)
      .map(
        ({ deployment, bytes }) =>
          `${nameOf(deployment)} loads through ${bytes} bytes of ${name}, which has ${memory.bytes}`,
      ),
    ...sumProblem(`${name} says that one start takes`, memory, most),
  ];
}

/** The files of all engines, each counted once, have room. */
function diskProblems(
  { name, disk }: PlanHost,
  deployments: readonly PlanDeployment[],
): readonly string[] {
  if (disk === undefined) {
    return [];
  }
  const files = new Map<string, number>();
  for (const { files: own } of deployments) {
    if (own !== undefined) {
      files.set(own.id, Math.max(own.bytes, files.get(own.id) ?? 0));
    }
  }
  const held = [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
  return [
    ...deployments
      .filter((one) => one.files === undefined || !one.files.id.includes(filesName(one)))
      .map((one) => `${nameOf(one)} does not say what files it reads on ${name}`),
    ...(held <= disk.bytes
      ? []
      : [`the files on ${name} take ${held} bytes, its disk has ${disk.bytes}`]),
    ...sumProblem(`${name} says that its files take`, disk, held),
  ];
}

/** What tells a replica's files from those of others, whatever its layout. */
function filesName({ source, quantization }: PlanDeployment): string {
  return `${source} ${quantization}`;
}

function sumProblem(says: string, { plannedBytes }: PlanHostSum, sum: number): readonly string[] {
  return plannedBytes === sum ? [] : [`${says} ${plannedBytes} bytes, it is ${sum}`];
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
