import { bytes } from "../units/units.ts";
import type { MemoryTerm } from "./breakdown.ts";

/**
 * Weights that a config's fields may not show (biases, extra norms, a shared expert), or show where there are
 * none, as a share of all. Assumed, not measured.
 */
const WEIGHTS_SHARE = 0.05;

/** What was measured on other architectures is trusted half as much. */
const EMPIRICAL_FACTOR = 2;

/**
 * A term of a model of which nobody described the family: it was read by its fields, so its bounds are wider.
 * Weights whose tensors were read from files are as certain as ever.
 */
export function ofUnknownFamily(
  term: MemoryTerm,
  { hasTensors }: { readonly hasTensors: boolean },
): MemoryTerm {
  if (term.id === "weights" && hasTensors) {
    return term;
  }
  const least = term.id === "weights" ? WEIGHTS_SHARE * term.bytes : 0;
  const below = Math.max(least, EMPIRICAL_FACTOR * (term.bytes - term.low));
  const above = Math.max(least, EMPIRICAL_FACTOR * (term.high - term.bytes));
  return {
    ...term,
    low: bytes(Math.max(0, Math.round(term.bytes - below))),
    high: bytes(Math.round(term.bytes + above)),
    basis: "assumed",
    sources: [...new Set([...term.sources, "berth-judgement"])],
  };
}
