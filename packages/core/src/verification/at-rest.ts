import type { PlanDeployment, PlanRank } from "../documents/plan-document.ts";
import { exactly, type Range, sumOf } from "./range.ts";

/** Held only while a step runs, or later, or returned to the card after the profile run. */
const LATER = ["headroom", "vision"];
const RETURNED = ["activations"];

/**
 * What a process of this rank holds while it serves: all terms and the KV cache at most; at least those that are there
 * from its start. Engines on PyTorch give their activations back after the profile run, until a step needs them.
 */
export function atRest({ engine }: PlanDeployment, rank: PlanRank): Range {
  const onPytorch = !["tensorrt-llm-engine", "llama.cpp"].includes(engine.id);
  const later = onPytorch ? [...LATER, ...RETURNED] : LATER;
  const parts = rank.terms.map(({ id, lowBytes, bytes, highBytes }) => ({
    low: later.includes(id) ? 0 : lowBytes,
    value: bytes,
    high: highBytes,
  }));
  const steady = sumOf(parts.filter((_, i) => !later.includes(rank.terms[i]?.id ?? "")));
  const all = sumOf(parts);
  return sumOf([{ ...all, low: steady.low }, exactly(rank.kv.budgetBytes)]);
}
