import type { MemoryTerm } from "../memory/breakdown.ts";
import type { PlanTerm } from "./plan-document.ts";

/** A memory term in the contract's spelling. */
export function termDocument(term: MemoryTerm): PlanTerm {
  const { id, bytes, low, high, basis, law, values, sources, taken } = term;
  return { id, bytes, lowBytes: low, highBytes: high, basis, law, values, sources, taken };
}
