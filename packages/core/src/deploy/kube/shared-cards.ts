import { launcherFact } from "../../catalog/launcher-catalog.ts";
import type { PlanDeployment, PlanDocument, PlanGpu } from "../../documents/plan-document.ts";
import { gpusOf } from "../host-plan.ts";
import type { RefusalReason } from "../refusal.ts";
import type { RenderOptions } from "../render-options.ts";

const MIB = 1024 ** 2;

/** Cards of one host that engines share, with all engines that have one of them. */
export interface SharedCards {
  readonly host: string;
  /** Every card of these engines, in the order of the plan. */
  readonly gpus: readonly PlanGpu[];
  /** In start order. */
  readonly deployments: readonly PlanDeployment[];
  readonly sharing: "mps" | "time-slicing";
}

/** Groups of cards that can't be claimed apart, in the order of the plan's cards. */
export function sharedCards(
  plan: PlanDocument,
  { kubernetes = {} }: Pick<RenderOptions, "kubernetes">,
): readonly SharedCards[] {
  return groups(plan).map((group) => ({
    ...group,
    sharing: kubernetes.sharing ?? (mpsProblem(plan, group) === undefined ? "mps" : "time-slicing"),
  }));
}

/** Why engines can't share their cards by MPS, where that was asked for. */
export function mpsIsPossible(
  plan: PlanDocument,
  { kubernetes = {} }: RenderOptions,
): readonly RefusalReason[] {
  const wanted = kubernetes.sharing === "mps" ? groups(plan) : [];
  return wanted.flatMap((group) => {
    const problem = mpsProblem(plan, group);
    const models = group.deployments.map(({ model }) => model);
    return problem === undefined ? [] : [{ code: "no-mps", models, problem }];
  });
}

type Group = Omit<SharedCards, "sharing">;

function groups(plan: PlanDocument): readonly Group[] {
  const found: Group[] = [];
  for (const gpu of plan.gpus) {
    const isTaken = found.some(({ gpus }) => gpus.includes(gpu));
    const sharers = plan.deployments.filter(({ gpus }) => gpus.includes(gpu.id));
    if (sharers.length > 1 && !isTaken) {
      found.push(grown(plan, gpu.host, sharers));
    }
  }
  return found;
}

/** With the engines on any card of these engines, and so on. */
function grown(plan: PlanDocument, host: string, sharers: readonly PlanDeployment[]): Group {
  const ids = new Set(sharers.flatMap(({ gpus }) => gpus));
  const deployments = plan.deployments.filter(({ gpus }) => gpus.some((id) => ids.has(id)));
  return deployments.length > sharers.length
    ? grown(plan, host, deployments)
    : {
        host,
        gpus: plan.gpus.filter((gpu) => ids.has(gpu.id) && gpu.host === host),
        deployments: deployments.toSorted((left, right) => left.startOrder - right.startOrder),
      };
}

/**
 * One MPS daemon serves the cards of one claim, and its clients see all of them. It takes memory of
 * its own on each card, beside the plan.
 */
function mpsProblem(plan: PlanDocument, { gpus, deployments }: Group): string | undefined {
  const daemon = launcherFact("kubernetes", "mpsServerMib") * MIB;
  const uneven = deployments.find((each) => gpusOf(plan, each).length !== gpus.length);
  const full = gpus.find(({ freeBytes, reserveBytes }) => freeBytes + reserveBytes < daemon);
  if (uneven !== undefined) {
    return "they have other cards beside the ones that they share, and an engine has one MPS daemon for all its cards";
  }
  return full === undefined
    ? undefined
    : `the MPS daemon takes ${daemon / MIB} MiB of ${full.id}, and the plan leaves less`;
}
