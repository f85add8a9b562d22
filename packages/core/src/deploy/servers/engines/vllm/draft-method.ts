import { launcherFactAt } from "../../../../catalog/launcher-catalog.ts";
import type { PlanDeployment } from "../../../../documents/plan-document.ts";

const FACTS = {
  eagle: "eagleMethod",
  eagle3: "eagleThreeMethod",
  medusa: "medusaMethod",
  model: "draftModelMethod",
} as const;

/** What vLLM calls the draft, or the model's own draft layers; undefined where its version can't be told. */
export function draftMethod({
  draft,
  engine,
}: Pick<PlanDeployment, "draft" | "engine">): string | undefined {
  const fact = draft === undefined ? "ownDraftMethod" : FACTS[draft.method];
  return launcherFactAt("vllm", fact, engine.version);
}
