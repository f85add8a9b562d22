import { crossAttentionRule } from "../engine/cross-attention.ts";
import type { MemoryRequest } from "../memory/estimate.ts";
import type { ModelSpec } from "../model/model.ts";
import type { Reason } from "../report/reason.ts";

/** Why an engine can't run the model's cross-attention; empty without any. */
export function crossAttentionReasons({
  model: { crossTokens, family },
  engine,
  version,
  parallelism,
}: MemoryRequest): readonly Reason[] {
  if (crossTokens === undefined) {
    return [];
  }
  const rule = crossAttentionRule(engine, { version, family });
  if (rule === undefined) {
    return [{ code: "cross-attention-unknown", engine: engine.id, version, family }];
  }
  const isCut = parallelism.pp > 1 || parallelism.attentionDp === true;
  return rule.inOneStage === true && isCut
    ? [{ code: "cross-attention-in-stages", engine: engine.id }]
    : [];
}

/** Why no sequence fits: its own tokens do not, or not with those that its cross-attention reads. */
export function tooLong({ crossTokens }: ModelSpec, maxSeqLen: number, kvTokens: number): Reason {
  return crossTokens !== undefined && kvTokens >= maxSeqLen
    ? { code: "cross-tokens-short", maxSeqLen, crossTokens }
    : { code: "sequence-too-long", maxSeqLen, kvTokens };
}
