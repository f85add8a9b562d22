import { launcherFact, launcherVersions } from "../../../catalog/launcher-catalog.ts";
import type { PlanDeployment, PlanDocument } from "../../../documents/plan-document.ts";
import { cardsAreApart } from "../../kube/apart-rules.ts";
import { cardsAreGiven } from "../../kube/card-access.ts";
import { hostsAreNodes } from "../../kube/node-rules.ts";
import { clusterWay } from "../../kube/over-pods.ts";
import { pathIsMounted } from "../../kube/pod-rules.ts";
import type { RefusalReason } from "../../refusal.ts";
import { eachModel, ONE_HOST_RULES, type Rule } from "../../rules.ts";
import { SERVER_RULES } from "../../servers/server-rules.ts";
import { dynamoEngine, runtimeImage } from "./worker.ts";

/** What a plan must be like for one graph of Dynamo. */
export const DYNAMO_RULES: readonly Rule[] = [
  hasEngines,
  eachModel(hasImage),
  oneFramework,
  fitsInGraph,
  ...SERVER_RULES,
  ...ONE_HOST_RULES,
  cardsAreApart("a graph"),
  hostsAreNodes,
  cardsAreGiven,
  eachModel(pathIsMounted),
];

function hasEngines(plan: PlanDocument): readonly RefusalReason[] {
  const others = plan.deployments.filter(({ engine }) => dynamoEngine(engine.id) === undefined);
  const engines = [...new Set(others.map(({ engine }) => engine.id))];
  return engines.map((id) => ({
    code: "not-carried",
    models: [...new Set(others.filter(({ engine }) => engine.id === id).map(({ model }) => model))],
    problem: `planned for ${id}, and Dynamo runs tensorrt-llm, vllm and sglang`,
    instead: clusterWay(plan),
  }));
}

function hasImage({ model, engine }: PlanDeployment, plan: PlanDocument): readonly RefusalReason[] {
  const { id, version } = engine;
  const found = dynamoEngine(id);
  if (found === undefined) {
    return [];
  }
  const has = launcherVersions("dynamo", found.tag);
  return runtimeImage(id, version) === undefined
    ? [
        {
          code: "no-image",
          model,
          engine: id,
          version,
          by: "Dynamo",
          has,
          instead: clusterWay(plan),
        },
      ]
    : [];
}

function oneFramework(plan: PlanDocument): readonly RefusalReason[] {
  const { deployments } = plan;
  const engines = [...new Set(deployments.map(({ engine }) => engine.id))];
  const models = [...new Set(deployments.map(({ model }) => model))];
  return engines.length > 1
    ? [
        {
          code: "not-carried",
          models,
          problem: `a graph has one engine for all, and these have ${engines.join(", ")}`,
          instead: clusterWay(plan),
        },
      ]
    : [];
}

/** One component is the frontend. */
function fitsInGraph(plan: PlanDocument): readonly RefusalReason[] {
  const { deployments } = plan;
  const most = launcherFact("dynamo", "maxComponents");
  return deployments.length + 1 > most
    ? [
        {
          code: "not-carried",
          models: [...new Set(deployments.map(({ model }) => model))],
          problem: `a graph has at most ${most} components, its frontend among them`,
          instead: clusterWay(plan),
        },
      ]
    : [];
}
