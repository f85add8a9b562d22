import type { PlanDocument, PlanGpu } from "../../documents/plan-document.ts";
import { gpusOf, hostPlans } from "../host-plan.ts";
import type { RefusalReason } from "../refusal.ts";
import type { RenderOptions } from "../render-options.ts";
import { visible } from "../text/visible.ts";

/** What gives pods their cards, and how they are told apart. */
export type CardAccess =
  /** Whole cards, any free one of the node. */
  | { readonly by: "device-plugin" }
  /** Claims that a CEL expression picks the cards for. */
  | { readonly by: "dra"; readonly select: "uuid" | "product" };

/** What was asked for, else the simplest that gives every pod the cards of the plan. */
export function cardAccess(
  plan: PlanDocument,
  { kubernetes = {} }: Pick<RenderOptions, "kubernetes">,
): CardAccess {
  const isSimple = pluginProblems(plan).length === 0 && kubernetes.select === undefined;
  return (kubernetes.cards ?? (isSimple ? "device-plugin" : "dra")) === "device-plugin"
    ? { by: "device-plugin" }
    : { by: "dra", select: kubernetes.select ?? (hasUuids(plan) ? "uuid" : "product") };
}

/** Why what was chosen can't give every pod the cards of the plan. */
export function cardsAreGiven(
  plan: PlanDocument,
  options: RenderOptions,
): readonly RefusalReason[] {
  const access = cardAccess(plan, options);
  const problems =
    access.by === "device-plugin" ? pluginProblems(plan) : selectorProblems(plan, access.select);
  return problems.map((problem) => ({ code: "cards-not-given", ...problem }));
}

interface Problem {
  readonly host: string;
  readonly by: string;
  readonly problem: string;
  readonly instead: string;
}

function pluginProblems(plan: PlanDocument): readonly Problem[] {
  const by = "the device plugin hands out any free card of a node";
  return hostPlans(plan).flatMap(({ name: host, gpuCount }) => {
    const gpus = plan.gpus.filter((gpu) => gpu.host === host);
    return [
      ...differences(gpus, gpuCount),
      ...(gpus.some((gpu) => users(plan, gpu) > 1) ? ["several engines share a card of it"] : []),
    ].map((problem) => ({ host, by, problem, instead: "cards by DRA (--kube-cards dra)" }));
  });
}

function selectorProblems(plan: PlanDocument, select: "uuid" | "product"): readonly Problem[] {
  return select === "uuid" ? uuidProblems(plan) : productProblems(plan);
}

function uuidProblems(plan: PlanDocument): readonly Problem[] {
  const nameless = usedGpus(plan).filter(({ uuid }) => uuid === undefined);
  return nameless.map(({ id, host }) => ({
    host,
    by: "DRA by UUID needs the UUID of every card",
    problem: `the inventory has none of ${visible(id)}`,
    instead: "an inventory from nvidia-smi -q -x",
  }));
}

function productProblems(plan: PlanDocument): readonly Problem[] {
  const by = "DRA by product takes any card of that product on a node";
  const instead = "cards by UUID (--kube-select uuid)";
  const mixed = plan.deployments.flatMap((deployment) => {
    const gpus = gpusOf(plan, deployment);
    return new Set(gpus.map(({ name }) => name)).size > 1
      ? [
          {
            host: gpus[0]?.host ?? "",
            by,
            problem: `the cards of ${visible(deployment.model)} differ, so that their order matters`,
            instead,
          },
        ]
      : [];
  });
  const busy = usedGpus(plan)
    .filter((gpu) => plan.gpus.some((other) => isLike(other, gpu) && other.usedByOthersBytes > 0))
    .map(({ id, host }) => ({
      host,
      by,
      problem: `others hold memory on ${visible(id)} or on one like it`,
      instead,
    }));
  return [...mixed, ...busy];
}

function isLike(left: PlanGpu, right: PlanGpu): boolean {
  return left.host === right.host && left.name === right.name;
}

function differences(gpus: readonly PlanGpu[], gpuCount: number): readonly string[] {
  const products = [...new Set(gpus.map(({ name }) => name))];
  return [
    ...(products.length > 1 ? [`this one has ${products.map(visible).join(" and ")}`] : []),
    ...(gpus.some(({ usedByOthersBytes }) => usedByOthersBytes > 0)
      ? ["others hold memory on a card of it"]
      : []),
    ...(gpuCount > gpus.length ? ["the plan leaves cards of it out"] : []),
  ];
}

function hasUuids(plan: PlanDocument): boolean {
  return usedGpus(plan).every(({ uuid }) => uuid !== undefined);
}

function usedGpus(plan: PlanDocument): readonly PlanGpu[] {
  return plan.gpus.filter((gpu) => users(plan, gpu) > 0);
}

/** How many engines have ranks on a card. */
export function users({ deployments }: PlanDocument, { id }: PlanGpu): number {
  return deployments.filter(({ gpus }) => gpus.includes(id)).length;
}
