import type { PlanDeployment, PlanDocument, PlanStep } from "../plan-document.ts";
import { hostsDuring } from "./verify-hosts-during.ts";

/**
 * Runs a plan's transition from the plan that was started, from the two documents alone: it shares no code with what
 * made it. Gives one sentence for each thing that is wrong: a step that can't be taken, a card or a host that is short
 * when an engine starts, one that finds other memory than the plan says, and engines at the end that are not the
 * plan's.
 */
export function verifyTransition(old: PlanDocument, plan: PlanDocument): readonly string[] {
  const problems: string[] = [];
  const running = new Map(
    old.deployments
      .map((deployment) => onTodaysCards(deployment, old, plan))
      .filter((deployment) => deployment !== undefined)
      .map((deployment) => [placeOf(deployment), deployment]),
  );
  for (const [i, step] of (plan.transition?.steps ?? []).entries()) {
    const found = step.action === "stop" ? stop(running, step) : start(running, step, plan);
    problems.push(...found.map((problem) => `step ${i}: ${problem}`));
  }
  const ends = [...running.keys()].sort().join(", ");
  const wanted = plan.deployments.map(placeOf).sort().join(", ");
  return [
    ...problems,
    ...(ends === wanted
      ? []
      : [`ends with ${ends || "nothing"} instead of ${wanted || "nothing"}`]),
    ...staysProblems(old, plan),
  ];
}

type Running = Map<string, PlanDeployment>;

function stop(running: Running, step: PlanStep): readonly string[] {
  const found = running.delete(placeOf(step));
  return found ? [] : [`stops ${placeOf(step)}, which does not run`];
}

function start(running: Running, step: PlanStep, plan: PlanDocument): readonly string[] {
  const key = placeOf(step);
  const deployment = plan.deployments.find((one) => placeOf(one) === key);
  if (deployment === undefined || running.has(key)) {
    return [`starts ${key}, which ${deployment === undefined ? "is not planned" : "runs already"}`];
  }
  const problems = deployment.ranks.flatMap((rank) => {
    const card = plan.gpus.find(({ id }) => id === rank.gpu);
    const room =
      (card?.memoryBytes ?? 0) - (card?.usedByOthersBytes ?? 0) - (card?.reserveBytes ?? 0);
    const free = room - heldOn(rank.gpu, running.values());
    const left = free - peakOf(rank);
    return [
      ...(left >= 0 ? [] : [`${rank.gpu} is ${-left} bytes short when ${key} starts`]),
      ...(free === rank.freeAtStartBytes
        ? []
        : [`${key} finds ${free} bytes on ${rank.gpu} instead of ${rank.freeAtStartBytes}`]),
    ];
  });
  running.set(key, deployment);
  return [...problems, ...hostsDuring(plan, running, deployment)];
}

/** What runs on through all steps holds what the plan says that it holds. */
function staysProblems(old: PlanDocument, plan: PlanDocument): readonly string[] {
  return (plan.transition?.stays ?? []).flatMap(({ model, replica }) => {
    const [before, after] = [old, plan].map(({ deployments }) =>
      deployments.find((one) => one.model === model && one.replica === replica),
    );
    const [held, planned] = [before, after].map((one) => one?.ranks.map(peakOf).join());
    return held !== undefined && held === planned && before?.kv.tokens === after?.kv.tokens
      ? []
      : [`${model}#${replica} stays, but the plan has it hold something else`];
  });
}

/** A rank's terms as planned, and its KV cache: what it holds at most, while it starts too. */
function peakOf(rank: PlanDeployment["ranks"][number]): number {
  return rank.terms.reduce((sum, { plannedBytes }) => sum + plannedBytes, rank.kv.budgetBytes);
}

function heldOn(card: string, running: Iterable<PlanDeployment>): number {
  let held = 0;
  for (const { ranks } of running) {
    for (const rank of ranks) {
      held += rank.gpu === card ? peakOf(rank) : 0;
    }
  }
  return held;
}

/** The engine under the ids that its cards have in the new plan; undefined where one is gone. */
function onTodaysCards(
  deployment: PlanDeployment,
  old: PlanDocument,
  plan: PlanDocument,
): PlanDeployment | undefined {
  const names = new Map<string, string>();
  for (const id of deployment.gpus) {
    const before = old.gpus.find((gpu) => gpu.id === id);
    const today = plan.gpus.find((gpu) =>
      before?.uuid === undefined || gpu.uuid === undefined
        ? gpu.id === id && gpu.catalogId === before?.catalogId
        : gpu.uuid === before.uuid,
    );
    if (today === undefined) {
      return undefined;
    }
    names.set(id, today.id);
  }
  const rename = (id: string): string => names.get(id) ?? id;
  return {
    ...deployment,
    gpus: deployment.gpus.map(rename),
    ranks: deployment.ranks.map((rank) => ({ ...rank, gpu: rename(rank.gpu) })),
  };
}

/** "chat#0 on box:0": one replica may run in two places while it moves. */
function placeOf(at: {
  readonly model: string;
  readonly replica: number;
  readonly gpus: readonly string[];
}): string {
  return `${at.model}#${at.replica} on ${at.gpus.join(", ")}`;
}
