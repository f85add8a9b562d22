import type { PlanDeployment, PlanDocument } from "../../documents/plan-document.ts";
import { cardsByHost, gpusOf } from "../host-plan.ts";
import type { RefusalReason } from "../refusal.ts";
import { eachModel, type Rule } from "../rules.ts";

/** What every engine asks of a model over several hosts: as many cards on each, ranks host by host. */
export const HOST_RULES: readonly Rule[] = [eachModel(hostsAreEven), eachModel(hostsFollow)];

function hostsAreEven(deployment: PlanDeployment, plan: PlanDocument): readonly RefusalReason[] {
  const cards = cardsByHost(gpusOf(plan, deployment)).map(({ length }) => length);
  return new Set(cards).size > 1 ? [{ code: "uneven-hosts", model: deployment.model, cards }] : [];
}

function hostsFollow(deployment: PlanDeployment, plan: PlanDocument): readonly RefusalReason[] {
  const gpus = gpusOf(plan, deployment);
  const changes = gpus.filter(({ host }, at) => at > 0 && host !== gpus[at - 1]?.host).length;
  return changes + 1 > Math.max(1, cardsByHost(gpus).length)
    ? [{ code: "mixed-hosts", model: deployment.model }]
    : [];
}
