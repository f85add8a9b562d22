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
  let held = 0;
  let below = 0;
  let above = 0;
  for (const term of terms) {
    const share = shareOf(rules, room, term);
    held += share * term.bytes;
    below += square(share * (term.high - term.bytes));
    above += square(share * (term.low - term.bytes));
  }
  const value = baseOf(rules, room) - held;
  return { value, low: value - Math.sqrt(below), high: value + Math.sqrt(above) };
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
