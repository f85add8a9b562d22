import type { FactTable } from "../engine/facts.ts";
import type { ModelSpec } from "../model/model.ts";
import type { MemoryTerm } from "./breakdown.ts";

/** Terms of one kind that are kept; then all are forgotten. One has some hundred bytes, and its JSON as many again. */
const MOST_TERMS = 4096;

/** What a term follows from besides its key; absent models count as one. */
interface TermPlace {
  readonly facts: FactTable;
  readonly model?: ModelSpec;
}

/**
 * A term of facts, a model and a key, made once for each: a batch asks for the same one in thousands of lines. It is
 * frozen, which tells whoever writes it down that this needs doing once.
 */
export function keepTerms(): (
  place: TermPlace,
  key: string | number,
  make: () => MemoryTerm,
) => MemoryTerm {
  let byFacts = new WeakMap<FactTable, WeakMap<object, Map<string | number, MemoryTerm>>>();
  let count = 0;
  return ({ facts, model = facts }, key, make) => {
    const known = byFacts.get(facts)?.get(model)?.get(key);
    if (known !== undefined) {
      return known;
    }
    if (count >= MOST_TERMS) {
      byFacts = new WeakMap();
      count = 0;
    }
    const byModel = byFacts.get(facts) ?? new WeakMap<object, Map<string | number, MemoryTerm>>();
    byFacts.set(facts, byModel);
    const terms = byModel.get(model) ?? new Map<string | number, MemoryTerm>();
    byModel.set(model, terms);
    const term = Object.freeze(make());
    terms.set(key, term);
    count += 1;
    return term;
  };
}

/** A function of terms, computed once for a kept one, of which the answer is kept and frozen too. */
export function onceForKept<T extends object>(
  compute: (term: MemoryTerm) => T,
): (term: MemoryTerm) => T {
  const answers = new WeakMap<MemoryTerm, T>();
  return (term) => {
    const known = answers.get(term);
    if (known !== undefined) {
      return known;
    }
    const answer = compute(term);
    if (Object.isFrozen(term)) {
      answers.set(term, Object.freeze(answer));
    }
    return answer;
  };
}
