import type { EngineSpec } from "../engine/engine.ts";
import { samePower } from "../units/same-math.ts";
import { bytes } from "../units/units.ts";
import type { MemoryTerm } from "./breakdown.ts";

/**
 * A term with the engine's local correction on this kind of card, if there is one: value · f, and bounds at
 * (bound / value)^q of that. A term that follows from the model alone is never corrected.
 */
export function correctedTerm(
  term: MemoryTerm,
  { corrections }: EngineSpec,
  computeCapability: string,
): MemoryTerm {
  const correction = corrections?.[`${computeCapability} ${term.id}`];
  if (correction === undefined || term.low === term.high || term.bytes === 0) {
    return term;
  }
  const { factor, spread, source } = correction;
  const at = (published: number): MemoryTerm["bytes"] =>
    bytes(Math.round(factor * term.bytes * samePower(published / term.bytes, spread)));
  return {
    ...term,
    bytes: at(term.bytes),
    low: at(term.low),
    high: at(term.high),
    basis: "measured",
    law: `calibration * (${term.law})`,
    values: { ...term.values, calibration: factor },
    sources: [source, ...term.sources],
    published: term,
  };
}
