import type { MemoryTerm } from "../memory/breakdown.ts";
import { onceForKept } from "../memory/kept-terms.ts";
import type { PlannedTerm } from "../memory/planned-terms.ts";
import type { CountedTerm, PlanTerm } from "./plan-document.ts";

/** A memory term in the contract's spelling; one object for a term that is kept. */
export const termDocument: (term: MemoryTerm) => PlanTerm = onceForKept(newDocument);

function newDocument(term: MemoryTerm): PlanTerm {
  const { id, bytes, low, high, basis, law, values, sources, taken, published } = term;
  const plain = { id, bytes, lowBytes: low, highBytes: high, basis, law, values, sources, taken };
  return published === undefined
    ? plain
    : {
        ...plain,
        published: {
          bytes: published.bytes,
          lowBytes: published.low,
          highBytes: published.high,
        },
      };
}

/** A term of a plan, with what the plan counts for it. */
export function countedTerm(term: PlannedTerm): CountedTerm {
  return { ...termDocument(term), plannedBytes: term.planned };
}
