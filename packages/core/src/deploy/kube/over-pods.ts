import type { PlanDeployment, PlanDocument } from "../../documents/plan-document.ts";
import { gpusOf } from "../host-plan.ts";
import type { RefusalReason } from "../refusal.ts";
import { wayOf } from "../rules.ts";
import { launcherOf } from "../servers/engines/registry.ts";
import { hostSpanningTarget } from "../targets/target-id.ts";
import { users } from "./card-access.ts";

/** Over hosts: engines that meet at an address, and share no card. */
export function spansAsPods(
  deployment: PlanDeployment,
  plan: PlanDocument,
): readonly RefusalReason[] {
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

/** What carries a plan that one launcher of a cluster can't: pods, one by one, or where these can't span its hosts, what can. */
export function clusterWay(plan: PlanDocument): ReturnType<typeof wayOf> {
  const isForPods = plan.deployments.every((each) => spansAsPods(each, plan).length === 0);
  return isForPods ? "kubernetes" : wayOf(plan);
}
