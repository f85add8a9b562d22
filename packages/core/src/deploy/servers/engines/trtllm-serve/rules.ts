import { launcherFact, launcherFactAt } from "../../../../catalog/launcher-catalog.ts";
import type { PlanDeployment, PlanDocument } from "../../../../documents/plan-document.ts";
import { compareVersions } from "../../../../engine/version.ts";
import type { RefusalReason } from "../../../refusal.ts";
import { eachModelOf, fractionIsSaid, type Rule } from "../../../rules.ts";
import { isDefaultSplit } from "../../../stages.ts";
import { kvDtype } from "./config.ts";

/** What a plan must be like for trtllm-serve. */
export const SERVE_RULES: readonly Rule[] = [
  versionIsKnown,
  eachModelOf("tensorrt-llm", fractionIsSaid),
  eachModelOf("tensorrt-llm", kvDtypeIsKnown),
  eachModelOf("tensorrt-llm", stagesCanBeSaid),
  eachModelOf("tensorrt-llm", blockSizeCanBeSaid),
];

function versionIsKnown({ deployments }: PlanDocument): readonly RefusalReason[] {
  const oldest = launcherFact("trtllm-serve", "oldestVersion");
  const ours = deployments.filter(({ engine }) => engine.id === "tensorrt-llm");
  return [...new Set(ours.map(({ engine }) => engine.version))]
    .filter((version) => compareVersions(version, oldest) < 0)
    .map((version) => ({ code: "version-too-old", version, oldest }));
}

function kvDtypeIsKnown({ model, kvCacheDtype }: PlanDeployment): readonly RefusalReason[] {
  return kvDtype(kvCacheDtype) === undefined
    ? [{ code: "kv-cache-dtype", model, dtype: kvCacheDtype }]
    : [];
}

function stagesCanBeSaid({ model, engine, stageLayers }: PlanDeployment): readonly RefusalReason[] {
  const key = launcherFactAt("trtllm-serve", "unevenStagesKey", engine.version);
  return key !== undefined || isDefaultSplit(stageLayers)
    ? []
    : [{ code: "uneven-stages", model, version: engine.version, stageLayers }];
}

function blockSizeCanBeSaid(deployment: PlanDeployment): readonly RefusalReason[] {
  const { model, engine, tokensPerBlock } = deployment;
  const key = launcherFactAt("trtllm-serve", "tokensPerBlockKey", engine.version);
  const only = launcherFact("trtllm-serve", "defaultTokensPerBlock");
  return key !== undefined || tokensPerBlock === only
    ? []
    : [{ code: "block-size", model, version: engine.version, tokensPerBlock, only }];
}
