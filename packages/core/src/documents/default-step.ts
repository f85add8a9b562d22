import type { EngineSpec } from "../engine/engine.ts";
import type { FactTable } from "../engine/facts.ts";
import type { EngineRules } from "../engine/rules.ts";
import { hasLatents } from "../memory/latent-run.ts";
import type { ModelSpec } from "../model/model.ts";

/**
 * Tokens of one forward step when nobody sets them: the engine's own, or a whole prompt where it does not cut
 * prompts (vLLM V0 below its chunking limit).
 */
export function defaultStepTokens(
  {
    engine,
    rules,
    facts,
    model,
  }: {
    readonly engine: EngineSpec;
    readonly rules: EngineRules;
    readonly facts: FactTable;
    readonly model: ModelSpec;
  },
  maxSeqLen: number,
): number {
  const own = facts.value("defaultMaxNumTokens", engine.defaults.maxNumTokens);
  const holdsPrompt =
    rules.stepHoldsPrompt &&
    (maxSeqLen <= facts.value("chunksAboveTokens", Number.POSITIVE_INFINITY) ||
      (rules.latentStepHoldsPrompt === true && hasLatents(model)));
  return holdsPrompt ? Math.max(maxSeqLen, own) : own;
}
