import { type CrossHolding, crossAttentionRule } from "../engine/cross-attention.ts";
import type { EngineSpec } from "../engine/engine.ts";
import { type StagePlace, stageGroups } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import type { KvCacheDtype } from "../model/quantization.ts";
import { sequenceTokens } from "./kv-blocks.ts";
import { crossKvBytesPerToken, kvBytesPerToken, slotBytesPerToken } from "./kv-cache.ts";

/** K and V of the other sequence that cross-attention reads, on one rank. */
export interface CrossKv {
  readonly holds: CrossHolding;
  /** Bytes of one of its tokens. */
  readonly bytesPerToken: number;
  /** Tokens of it that each sequence holds, whatever its own length. */
  readonly tokens: number;
}

interface CrossRequest {
  readonly model: ModelSpec;
  readonly engine: EngineSpec;
  readonly version: string;
  readonly kvCacheDtype: KvCacheDtype;
}

/** What a rank of a stage keeps for cross-attention; undefined without it, or where the engine keeps nothing. */
export function crossKvOf(request: CrossRequest, place: StagePlace): CrossKv | undefined {
  const { model, engine, version, kvCacheDtype } = request;
  const { crossTokens, family } = model;
  if (crossTokens === undefined) {
    return undefined;
  }
  const rule = crossAttentionRule(engine, { version, family });
  if (rule === undefined || rule.holds === "recomputed") {
    return undefined;
  }
  const bytesPerToken =
    rule.holds === "slots"
      ? slotBytesPerToken(model, kvCacheDtype, place)
      : crossKvBytesPerToken(model, kvCacheDtype, place);
  return { holds: rule.holds, bytesPerToken, tokens: crossTokens };
}

/** KV bytes of one of the sequence's own tokens; a slot that both sequences share is there in every layer. */
export function ownBytesPerToken(request: CrossRequest, place: StagePlace): number {
  const cross = crossKvOf(request, place);
  return cross?.holds === "slots"
    ? cross.bytesPerToken
    : kvBytesPerToken(request.model, request.kvCacheDtype, place);
}

/** Bytes that one sequence holds for cross-attention outside of pages, in whole blocks. Beams share them. */
export function crossBytesOfSequence(cross: CrossKv | undefined, tokensPerBlock: number): number {
  return cross === undefined
    ? 0
    : cross.bytesPerToken * sequenceTokens(cross.tokens, tokensPerBlock);
}

/** Layers of a stage that read another sequence. */
export function crossLayerCount(model: ModelSpec, place: StagePlace): number {
  return stageGroups(model, place).reduce(
    (sum, { count, layer }) => sum + (layer.cross === undefined ? 0 : count),
    0,
  );
}

/**
 * Parts of a KV budget that the sequence's own pool and the cross pool get. With cross_kv_cache_fraction p these are
 * 1 − p and p; before 0.15 TensorRT-LLM gave all of f · free to the first pool and f · (what was left) to the
 * second (reference/trtllm-memory.md, section 1.2). One pool for both is all of it, and the second is nothing.
 */
export function crossShares(
  holds: CrossHolding,
  { fraction, crossFraction }: { readonly fraction: number; readonly crossFraction: number },
): { readonly own: number; readonly cross: number } {
  switch (holds) {
    case "pool":
      return { own: 1 - crossFraction, cross: crossFraction };
    case "leftover":
      return { own: 1, cross: 1 - fraction };
    case "pages":
    case "slots":
    case "recomputed":
      return { own: 1, cross: 0 };
    default:
      return holds satisfies never;
  }
}
