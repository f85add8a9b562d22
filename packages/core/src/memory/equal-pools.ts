import type { EngineRules } from "../engine/rules.ts";
import type { SequenceCache } from "./kv-sequence.ts";

/**
 * The caches of a pipeline's stages as their engine sizes them. SGLang gives every rank the bytes that the emptiest
 * one has, and divides them between KV cache and a pool of recurrent state; a cap on tokens cuts the one, nothing
 * cuts the other, so with state every stage holds what the stage in need of most does.
 */
export function withEqualPools(
  { state }: Pick<EngineRules, "state">,
  stages: readonly SequenceCache[],
): readonly SequenceCache[] {
  if (state !== "pool" || stages.every(({ share }) => share === 1)) {
    return stages;
  }
  const poolBytes = Math.max(...stages.map((stage) => stage.poolBytes));
  return stages.map((stage) => ({ ...stage, poolBytes }));
}
