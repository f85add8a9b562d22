import type { FactTable } from "../engine/facts.ts";
import type { ModelSpec } from "../model/model.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { computeBufferTerm } from "./compute-buffer.ts";
import { keepTerms } from "./kept-terms.ts";
import { layerPeakTerm } from "./layer-peak.ts";
import { profiledPeakTerm } from "./profiled-peak.ts";

export interface ActivationLoad {
  readonly maxNumTokens: number;
  readonly maxBatchSize: number;
  readonly maxSeqLen: number;
  readonly tp: number;
  readonly ep: number;
  readonly pp: number;
  readonly isFirstStage: boolean;
  readonly isLastStage: boolean;
  /** Beams of each sequence; 1 where absent. */
  readonly beams?: number;
}

/** What a step is besides the longest sequence, which most laws do not ask for. */
export type StepLoad = Omit<ActivationLoad, "maxSeqLen">;

const kept = keepTerms();

/**
 * Peak activations of one forward step over max_num_tokens, by the law whose constants the engine's facts
 * have: ggml's compute buffer, a profile run that ends in the sampler, or the widest moment of a layer.
 */
export function activationTerm(
  model: ModelSpec,
  facts: FactTable,
  load: ActivationLoad,
): MemoryTerm {
  if (facts.find("computeLogitsCopies") !== undefined) {
    return computeBufferTerm(model, facts, load);
  }
  return kept({ facts, model }, keyOf(load), () => stepTerm(model, facts, load));
}

function stepTerm(model: ModelSpec, facts: FactTable, load: StepLoad): MemoryTerm {
  return facts.find("samplerLogitsCopies") === undefined
    ? layerPeakTerm(model, facts, load)
    : profiledPeakTerm(model, facts, load);
}

function keyOf(load: StepLoad): string {
  const { maxNumTokens, maxBatchSize, tp, ep, pp, isFirstStage, isLastStage, beams } = load;
  return `${maxNumTokens} ${maxBatchSize} ${tp} ${ep} ${pp} ${isFirstStage} ${isLastStage} ${beams}`;
}
