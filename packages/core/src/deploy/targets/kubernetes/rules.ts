import type { PlanDeployment, PlanDocument } from "../../../documents/plan-document.ts";
import { gpusOf } from "../../host-plan.ts";
import { cardsAreGiven, users } from "../../kube/card-access.ts";
import { hostsAreNodes } from "../../kube/node-rules.ts";
import { pathIsMounted } from "../../kube/pod-rules.ts";
import { mpsIsPossible } from "../../kube/shared-cards.ts";
import type { RefusalReason } from "../../refusal.ts";
import { eachModel, type Rule } from "../../rules.ts";
import { launcherOf } from "../../servers/engines/registry.ts";
import { HOST_RULES } from "../../servers/host-rules.ts";
import { SERVER_RULES } from "../../servers/server-rules.ts";
import { hostSpanningTarget } from "../target-id.ts";

/** What a plan must be like for pods of one engine each. */
export const KUBERNETES_RULES: readonly Rule[] = [
  ...SERVER_RULES,
  hostsAreNodes,
  cardsAreGiven,
  mpsIsPossible,
  eachModel(pathIsMounted),
  ...HOST_RULES,
  eachModel(spansAsPods),
];

/** Over hosts: engines that meet at an address, and share no card. */
function spansAsPods(deployment: PlanDeployment, plan: PlanDocument): readonly RefusalReason[] {
  const { model, engine } = deployment;
  const gpus = gpusOf(plan, deployment);
  const hosts = [...new Set(gpus.map(({ host }) => host))];
  if (hosts.length < 2) {
    return [];
  }
  const problem = spreadProblem(plan, deployment);
  return problem === undefined
    ? []
    : [{ code: "not-over-pods", model, engine: engine.id, hosts, ...problem }];
}

function spreadProblem(
  plan: PlanDocument,
  deployment: PlanDeployment,
): { readonly problem: string; readonly instead?: string } | undefined {
  const gpus = gpusOf(plan, deployment);
  if (deployment.engine.id === "tensorrt-llm-engine") {
    return {
      problem:
        "its ranks are started by MPI, for which LeaderWorkerSet's example of Triton has an image with kubectl and the right to run commands in other pods; no such image is published",
    };
  }
  if (launcherOf(deployment.engine.id).overHosts !== "each-host") {
    return {
      problem: "its ranks are started by MPI, which pods have not by themselves",
      instead: "trtllm-serve",
    };
  }
  const own = hostSpanningTarget(deployment.engine.id);
  const instead = own === undefined ? {} : { instead: own };
  const workers = gpus.filter(({ host }) => host !== gpus[0]?.host);
  if (new Set(workers.map(({ name }) => name)).size > 1) {
    return {
      problem: "its workers have different cards, and all of them are made from one template",
      ...instead,
    };
  }
  return gpus.some((gpu) => users(plan, gpu) > 1)
    ? { problem: "it shares cards, which claims of several workers can't say", ...instead }
    : undefined;
}
