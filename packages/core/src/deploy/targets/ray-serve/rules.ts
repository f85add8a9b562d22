import type { PlanDeployment, PlanDocument } from "../../../documents/plan-document.ts";
import { cardsAreApart } from "../../kube/apart-rules.ts";
import { clusterWay } from "../../kube/over-pods.ts";
import type { RefusalReason } from "../../refusal.ts";
import { onlyEngine, type Rule } from "../../rules.ts";
import { SERVER_RULES } from "../../servers/server-rules.ts";

/** What a plan must be like for one application of Ray Serve. */
export const RAY_RULES: readonly Rule[] = [
  onlyEngine("vllm", clusterWay),
  ...SERVER_RULES,
  cardsAreApart("an application"),
  replicasAreEqual,
];

/** One configuration stands for all replicas of a model. */
function replicasAreEqual(plan: PlanDocument): readonly RefusalReason[] {
  const { deployments } = plan;
  const models = [...new Set(deployments.map(({ model }) => model))].filter((model) => {
    const replicas = deployments.filter((each) => each.model === model);
    return new Set(replicas.map(settings)).size > 1;
  });
  return models.length === 0
    ? []
    : [
        {
          code: "not-carried",
          models,
          problem: "its replicas have different settings, and one configuration stands for all",
          instead: clusterWay(plan),
        },
      ];
}

function settings(deployment: PlanDeployment): string {
  const { ranks, gpus, ...rest } = deployment;
  return JSON.stringify({
    ...rest,
    replica: 0,
    startOrder: 0,
    size: gpus.length,
    ranks: ranks.length,
  });
}
