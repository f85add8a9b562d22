import type { EngineSpec } from "../engine/engine.ts";
import { factsFor } from "../engine/facts.ts";
import { rulesOf } from "../engine/registry.ts";
import type { FleetGpu } from "../hardware/fleet.ts";
import type { MemoryLimits } from "../memory/estimate.ts";
import type { ModelSpec } from "../model/model.ts";
import { GIB } from "../units/units.ts";
import { defaultStepTokens } from "./default-step.ts";

/** What a planned model takes where the fleet file does not say. */
export interface PlannedDefaults {
  readonly tokensPerBlock: number;
  readonly roundsBlocksUp: boolean;
  readonly maxNumTokens: number;
}

/**
 * The engine's own settings on the smallest card that the model may use. A step is no longer than the longest
 * sequence, and holds a token of each sequence of the batch.
 */
export function plannedDefaults(
  { engine, version, model }: Planned,
  cards: readonly FleetGpu[],
  { maxSeqLen, maxBatchSize }: Pick<MemoryLimits, "maxSeqLen" | "maxBatchSize">,
): PlannedDefaults {
  const rules = rulesOf(engine, version);
  const smallest = cards.reduce(
    (least, card) => (least === undefined || card.memory < least.memory ? card : least),
    cards[0],
  );
  const facts = factsFor(engine, {
    version,
    computeCapability: smallest?.computeCapability ?? "",
    quantization: model.stored.quantization,
    memoryGiB: Math.floor((smallest?.memory ?? 0) / GIB),
  });
  const step = Math.min(maxSeqLen, defaultStepTokens({ engine, rules, facts, model }, maxSeqLen));
  return {
    tokensPerBlock: facts.value("defaultTokensPerBlock", engine.defaults.tokensPerBlock),
    roundsBlocksUp: facts.value("roundsBlocksUp", 0) === 1,
    maxNumTokens: Math.max(step, maxBatchSize),
  };
}

interface Planned {
  readonly engine: EngineSpec;
  readonly version: string;
  readonly model: ModelSpec;
}
