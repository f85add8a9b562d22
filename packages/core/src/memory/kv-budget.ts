import type { EngineRules } from "../engine/rules.ts";
import { square } from "../units/same-math.ts";
import type { MemoryTerm } from "./breakdown.ts";

/** What an engine finds on a card. */
export interface CardRoom {
  /** What CUDA sees. */
  readonly totalBytes: number;
  /** Held by other processes. */
  readonly usedBytes: number;
  readonly fraction: number;
}

/** A number with the bounds that 95 % of cases fall into. */
export interface Range {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Bytes that an engine gives its KV cache on one rank; negative where it can't even load. The bounds take the
 * terms as independent: their distances from the value add up as squares.
 */
export function kvBudget(rules: EngineRules, room: CardRoom, terms: readonly MemoryTerm[]): Range {
  const weights = terms.map((term) => shareOf(rules, room, term));
  const at = terms.reduce((sum, term, i) => sum + (weights[i] ?? 0) * term.bytes, 0);
  const value = baseOf(rules, room) - at;
  return {
    value,
    low: value - spread(terms, weights, "high"),
    high: value + spread(terms, weights, "low"),
  };
}

/** Before any term of the engine: what the fraction, or the whole card, gives. */
export function baseOf(
  { kvBase }: EngineRules,
  { totalBytes, usedBytes, fraction }: CardRoom,
): number {
  switch (kvBase) {
    case "of-free":
    case "of-free-before-load":
      return fraction * (totalBytes - usedBytes);
    case "of-total":
      return fraction * totalBytes;
    case "of-total-less-others":
      return fraction * totalBytes - usedBytes;
    case "as-asked":
      return totalBytes - usedBytes;
    default:
      return kvBase satisfies never;
  }
}

/** By how much a byte of this term makes the KV cache smaller. */
export function shareOf(rules: EngineRules, { fraction }: CardRoom, term: MemoryTerm): number {
  if (rules.besideBudget.has(term.id)) {
    return 0;
  }
  const isScaled =
    rules.kvBase === "of-free" ||
    (rules.kvBase === "of-free-before-load" && rules.beforeLoad.has(term.id));
  return isScaled ? fraction : 1;
}

function spread(
  terms: readonly MemoryTerm[],
  weights: readonly number[],
  bound: "low" | "high",
): number {
  return Math.sqrt(
    terms.reduce((sum, term, i) => sum + square((weights[i] ?? 0) * (term[bound] - term.bytes)), 0),
  );
}
