import { launcherFact, launcherFactAt } from "../../../../catalog/launcher-catalog.ts";
import type { PlanDeployment } from "../../../../documents/plan-document.ts";
import type { RefusalReason } from "../../../refusal.ts";
import { eachModelOf, fractionIsSaid, type Rule } from "../../../rules.ts";
import { isDefaultSplit } from "../../../stages.ts";
import { draftIsTaken, kvDtypeHasName, versionIsKnown } from "../common-rules.ts";
import { decodingType, kvDtype } from "./config.ts";

/** What a plan must be like for trtllm-serve. */
export const SERVE_RULES: readonly Rule[] = [
  versionIsKnown("tensorrt-llm", launcherFact("trtllm-serve", "oldestVersion")),
  eachModelOf("tensorrt-llm", fractionIsSaid),
  kvDtypeHasName("tensorrt-llm", kvDtype),
  draftIsTaken("tensorrt-llm", decodingType),
  eachModelOf("tensorrt-llm", stagesCanBeSaid),
  eachModelOf("tensorrt-llm", blockSizeCanBeSaid),
];

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
