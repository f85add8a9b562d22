import type { EngineSpec } from "./engine.ts";
import { compareVersions } from "./version.ts";

/**
 * Where an engine keeps K and V of the other sequence that cross-attention reads (audio, image, source text):
 * - `pool`: in a pool of its own, a share of what the KV cache gets
 * - `leftover`: in a pool of its own, made by the same fraction of what the first pool leaves free
 * - `pages`: in pages of the one pool, by groups of layers
 * - `slots`: in the one pool, where a token of either sequence takes a slot in every layer
 * - `recomputed`: nowhere; it is worked out in every step from the encoder's output
 */
export const CROSS_HOLDINGS = ["pool", "leftover", "pages", "slots", "recomputed"] as const;

export type CrossHolding = (typeof CROSS_HOLDINGS)[number];

/** Families whose cross-attention an engine runs, and from which version to before which. */
export interface CrossAttentionRule {
  /** `model_type`s of config.json. */
  readonly families: readonly string[];
  readonly holds: CrossHolding;
  readonly from?: string;
  readonly before?: string;
  /** Runs in one pipeline stage and without attention data-parallelism only. */
  readonly inOneStage?: boolean;
  readonly source: string;
}

/** How this version runs a family's cross-attention; undefined where no source says that it does. */
export function crossAttentionRule(
  engine: EngineSpec,
  { version, family }: { readonly version: string; readonly family: string },
): CrossAttentionRule | undefined {
  return engine.crossAttention.find(
    ({ families, from, before }) =>
      families.includes(family) &&
      (from === undefined || compareVersions(version, from) >= 0) &&
      (before === undefined || compareVersions(version, before) < 0),
  );
}
