import {
  launcherFact,
  launcherFactAt,
  launcherVersions,
} from "../../../catalog/launcher-catalog.ts";
import type { PlanDeployment, PlanDocument } from "../../../documents/plan-document.ts";
import { compareVersions } from "../../../engine/version.ts";
import { gpusOf } from "../../host-plan.ts";
import type { RefusalReason } from "../../refusal.ts";
import type { RenderOptions } from "../../render-options.ts";
import { eachModelOf, fractionIsSaid, ONE_HOST_RULES, onlyEngine, type Rule } from "../../rules.ts";
import { isDefaultSplit } from "../../stages.ts";
import { targetOfPlan } from "../target-id.ts";
import { checkpointStep } from "./checkpoint.ts";
import { tritonHosts } from "./repository.ts";

/** What TensorRT engines ask of a plan, whatever starts their Triton; other engines of the plan are left alone. */
export const ENGINE_RULES: readonly Rule[] = [
  versionHasEngines,
  eachModelOf("tensorrt-llm-engine", oneComputeCapability),
  eachModelOf("tensorrt-llm-engine", fractionIsSaid),
  eachModelOf("tensorrt-llm-engine", evenStages),
  eachModelOf("tensorrt-llm-engine", canBeBuilt),
];

/** What a plan must be like for TensorRT engines in one Triton server. */
export const TRITON_ENGINE_RULES: readonly Rule[] = [
  onlyEngine("tensorrt-llm-engine"),
  ...ONE_HOST_RULES,
  ...ENGINE_RULES,
  oneVersion,
  loadsInOrder,
  oneTokenizer,
];

/** What a Triton needs that runs in NVIDIA's image of its version. */
export const hasImage: Rule = eachModelOf("tensorrt-llm-engine", ({ model, engine }, plan) =>
  launcherFactAt("triton", "tag", engine.version) === undefined
    ? [
        {
          code: "no-image",
          model,
          engine: engine.id,
          version: engine.version,
          by: "NVIDIA's Triton",
          has: launcherVersions("triton", "tag"),
          instead: targetOfPlan(plan),
        },
      ]
    : [],
);

/** Where each engine has a Triton of its own, no mode for all of a host can be asked for. */
export const leadsItself: Rule = ({ deployments }, { tritonMode }) =>
  tritonMode === undefined ||
  tritonMode === "leader" ||
  deployments.every(({ engine }) => engine.id !== "tensorrt-llm-engine")
    ? []
    : [{ code: "leads-itself", mode: tritonMode }];

/** A BLS model in front calls the one pair of text models of its server. */
function oneTokenizer(plan: PlanDocument, options: RenderOptions): readonly RefusalReason[] {
  const hosts = options.tritonBls === true ? tritonHosts(plan, options) : [];
  return hosts.flatMap(({ name: host, servers }) =>
    servers
      .filter(({ tokenizers }) => tokenizers.length > 1)
      .map(({ models, tokenizers }) => ({
        code: "bls-tokenizers",
        host,
        models: models.map(({ instances: [first] }) => first.deployment.model),
        tokenizers: tokenizers.length,
      })),
  );
}

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
