import type { PlanDocument } from "../../../documents/plan-document.ts";
import type { RefusalReason } from "../../refusal.ts";
import type { RenderOptions } from "../../render-options.ts";
import { ONE_HOST_RULES, onlyEngine, type Rule } from "../../rules.ts";
import { trtllmServeLauncher } from "../../servers/engines/trtllm-serve.ts";

/** What a plan must be like for Triton with LLM-API models: their arguments are those of trtllm-serve. */
export const LLMAPI_RULES: readonly Rule[] = [
  onlyEngine("tensorrt-llm"),
  ...ONE_HOST_RULES,
  ...trtllmServeLauncher.rules,
  oneServerEach,
];

function oneServerEach(
  { deployments }: PlanDocument,
  { tritonMode }: RenderOptions,
): readonly RefusalReason[] {
  return tritonMode === undefined || tritonMode === "leader"
    ? []
    : [{ code: "llmapi-one-server", mode: tritonMode, models: deployments.length }];
}
