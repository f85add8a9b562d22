import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDeployment, PlanDocument } from "../../../documents/plan-document.ts";
import { compareVersions } from "../../../engine/version.ts";
import { gpusOf } from "../../host-plan.ts";
import type { RefusalReason } from "../../refusal.ts";
import type { RenderOptions } from "../../render-options.ts";
import { eachModelOf, fractionIsSaid, ONE_HOST_RULES, onlyEngine, type Rule } from "../../rules.ts";
import { isDefaultSplit } from "../../stages.ts";
import { checkpointStep } from "./checkpoint.ts";

/** What a plan must be like for TensorRT engines in one Triton server. */
export const ENGINE_RULES: readonly Rule[] = [
  onlyEngine("tensorrt-llm-engine"),
  ...ONE_HOST_RULES,
  versionHasEngines,
  oneVersion,
  eachModelOf("tensorrt-llm-engine", oneComputeCapability),
  eachModelOf("tensorrt-llm-engine", fractionIsSaid),
  eachModelOf("tensorrt-llm-engine", evenStages),
  eachModelOf("tensorrt-llm-engine", canBeBuilt),
  loadsInOrder,
];

function versionHasEngines(plan: PlanDocument): readonly RefusalReason[] {
  const last = launcherFact("triton", "lastEngineVersion");
  return engineVersions(plan)
    .filter((version) => compareVersions(version, last) > 0)
    .map((version) => ({ code: "engine-version", version, last }));
}

function oneVersion(plan: PlanDocument): readonly RefusalReason[] {
  const versions = engineVersions(plan);
  return versions.length > 1 ? [{ code: "several-versions", versions }] : [];
}

function engineVersions({ deployments }: PlanDocument): readonly string[] {
  const ours = deployments.filter(({ engine }) => engine.id === "tensorrt-llm-engine");
  return [...new Set(ours.map(({ engine }) => engine.version))];
}

function oneComputeCapability(
  deployment: PlanDeployment,
  plan: PlanDocument,
): readonly RefusalReason[] {
  const cards = gpusOf(plan, deployment);
  const capabilities = [...new Set(cards.map(({ computeCapability }) => computeCapability))];
  return capabilities.length > 1
    ? [{ code: "mixed-compute-capability", model: deployment.model, capabilities }]
    : [];
}

function evenStages({ model, engine, stageLayers }: PlanDeployment): readonly RefusalReason[] {
  return isDefaultSplit(stageLayers)
    ? []
    : [{ code: "uneven-stages", model, version: engine.version, stageLayers }];
}

function canBeBuilt(deployment: PlanDeployment): readonly RefusalReason[] {
  const step = checkpointStep(deployment);
  return step.kind === "impossible"
    ? [{ code: "no-engine-build", model: deployment.model, what: step.what }]
    : [];
}

/** Workers that mpirun starts load all at once: on a card that several share, who comes first gets more. */
function loadsInOrder(
  { deployments }: PlanDocument,
  { tritonMode }: RenderOptions,
): readonly RefusalReason[] {
  const cards = deployments.flatMap(({ gpus }) => gpus);
  const shared = cards.find((card, at) => cards.indexOf(card) !== at);
  return tritonMode === "orchestrator-no-spawn" && shared !== undefined
    ? [{ code: "loads-together", mode: tritonMode, gpu: shared }]
    : [];
}
