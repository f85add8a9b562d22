import { samePower } from "../units/same-math.ts";
import type { SpeedSetting, StageSpeed } from "./speed-setting.ts";
import type { StepWork } from "./step-work.ts";

/**
 * Share of a layer's experts that so many tokens visit at least once: 1 - (1 - active / experts)^tokens, as if
 * every token chose its experts by lot. 0 without experts.
 */
export function distinctExperts({ experts, active }: StepWork, tokens: number): number {
  return experts === 0 ? 0 : 1 - samePower(1 - active / experts, tokens);
}

/** KV bytes that one more token of a sequence of this length has to read, windows counted. */
export function kvBytes({ kv }: StepWork, context: number): number {
  return kv.reduce(
    (sum, { window, bytesPerToken }) => sum + Math.min(context, window) * bytesPerToken,
    0,
  );
}

/**
 * Operations of attention over a prompt of so many tokens that makes so many pairs: a layer with a window takes
 * no more pairs than window · tokens.
 */
export function attentionFlops({ pairFlops }: StepWork, tokens: number, pairs: number): number {
  return pairFlops.reduce(
    (sum, { window, flops }) => sum + flops * Math.min(pairs, window * tokens),
    0,
  );
}

/** Pairs of a prompt's tokens with those at or before them, the first `cached` of which need no reading. */
export function promptPairs(tokens: number, cached = 0): number {
  return tokens * cached + (tokens * (tokens + 1)) / 2;
}

/**
 * Seconds that a stage's ranks exchange the hidden states of so many tokens, in every layer after attention and
 * after the feed-forward: 2 · (ranks - 1) / ranks of their bytes over each link, as a ring does.
 */
export function exchangeSeconds({ tp }: SpeedSetting, stage: StageSpeed, tokens: number): number {
  const { work, link } = stage;
  if (tp === 1) {
    return 0;
  }
  const bytes = ((2 * (tp - 1)) / tp) * tokens * work.hiddenBytes;
  return work.collectives * (link.seconds + bytes / link.bytesPerSecond);
}
