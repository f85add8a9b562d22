import { launcherFact, launcherFactAt } from "../../../../catalog/launcher-catalog.ts";
import type { PlanDeployment, PlanDocument } from "../../../../documents/plan-document.ts";
import { cardsByHost, gpusOf } from "../../../host-plan.ts";
import type { RefusalReason } from "../../../refusal.ts";
import { eachModelOf, type Rule } from "../../../rules.ts";
import { knobIsSaid, kvDtypeHasName, versionIsKnown } from "../common-rules.ts";
import { draftMethod } from "./draft-method.ts";
import { vllmKvDtype } from "./kv-dtype.ts";

/** What a plan must be like for vllm serve. */
export const VLLM_RULES: readonly Rule[] = [
  versionIsKnown("vllm", launcherFact("vllm", "oldestVersion")),
  knobIsSaid("vllm", "gpuMemoryUtilization"),
  kvDtypeHasName("vllm", vllmKvDtype),
  eachModelOf("vllm", hostsCanBeSaid),
  eachModelOf("vllm", runCanBeSaid),
];

/** Before, each family's draft had a method of its own, and limits were no JSON. */
function runCanBeSaid(deployment: PlanDeployment): readonly RefusalReason[] {
  const { model, engine, draft, draftLayers = 0, imagesPerPrompt } = deployment;
  const hasMethod = draftMethod(deployment) !== undefined;
  const hasLimits = launcherFactAt("vllm", "imageLimitFlag", engine.version) !== undefined;
  const unsaid = [
    ...(draft === undefined || hasMethod ? [] : [`draft (${draft.method})`]),
    ...(draftLayers === 0 || hasMethod ? [] : ["draftLayers"]),
    ...(imagesPerPrompt === undefined || hasLimits ? [] : ["imagesPerPrompt"]),
  ];
  return unsaid.map((setting) => ({
    code: "setting-needs-version",
    model,
    engine: engine.id,
    version: engine.version,
    setting,
  }));
}

/** Without a flag for it, only a Ray cluster spans hosts, and which card gets which rank is its own choice. */
function hostsCanBeSaid(deployment: PlanDeployment, plan: PlanDocument): readonly RefusalReason[] {
  const { model, engine } = deployment;
  const flag = launcherFactAt("vllm", "hostCountFlag", engine.version);
  return flag !== undefined || cardsByHost(gpusOf(plan, deployment)).length === 1
    ? []
    : [{ code: "hosts-need-version", model, engine: engine.id, version: engine.version }];
}
