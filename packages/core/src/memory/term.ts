import type { EngineFact } from "../engine/facts.ts";
import { type Bytes, bytes } from "../units/units.ts";
import type { MemoryTerm, TermId } from "./breakdown.ts";

/** A term whose value follows from the model alone: no spread. */
export function derivedTerm(term: {
  readonly id: TermId;
  readonly value: number;
  readonly law: string;
  readonly values: Readonly<Record<string, number>>;
  readonly sources: readonly string[];
}): MemoryTerm {
  const exact = wholeBytes(term.value);
  const { id, law, values, sources } = term;
  return {
    id,
    bytes: exact,
    low: exact,
    high: exact,
    basis: "derived",
    law,
    values,
    sources,
    taken: "before-kv",
  };
}

/**
 * A term that rests on measured or assumed facts. `of` computes its bytes from one bound of the facts
 * ("value", "low", "high"); `values` are the symbols of the law at the facts' value.
 */
export function empiricalTerm(
  term: Estimated & { readonly facts: readonly EngineFact[] },
): MemoryTerm {
  return groundedTerm(term, groundsOf(term.facts));
}

interface Estimated {
  readonly id: TermId;
  readonly of: (bound: Bound) => number;
  readonly law: string;
  readonly values: Readonly<Record<string, number>>;
  readonly taken?: MemoryTerm["taken"];
}

/** Like empiricalTerm, where what its facts say of it is known already. */
export function groundedTerm(term: Estimated, { basis, sources }: Grounds): MemoryTerm {
  const at = (bound: Bound): Bytes => wholeBytes(term.of(bound));
  const { id, law, values, taken = "before-kv" } = term;
  return {
    id,
    bytes: at("value"),
    low: at("low"),
    high: at("high"),
    basis,
    law,
    values,
    sources,
    taken,
  };
}

/** How well a term is founded, and where its facts are from. */
export type Grounds = Pick<MemoryTerm, "basis" | "sources">;

/** What a term has of the facts that it rests on: as well founded as the worst of them. */
export function groundsOf(facts: readonly EngineFact[]): Grounds {
  return {
    basis: weakestBasis(facts),
    sources: [...new Set(facts.map((fact) => fact.source))],
  };
}

/** Nine petabytes and more are all the same "does not fit". */
function wholeBytes(value: number): Bytes {
  return bytes(Math.min(Number.MAX_SAFE_INTEGER, Math.round(value)));
}

export type Bound = "value" | "low" | "high";

function weakestBasis(facts: readonly EngineFact[]): MemoryTerm["basis"] {
  const order = ["assumed", "derived", "stated", "measured"] as const;
  return order.find((basis) => facts.some((fact) => fact.basis === basis)) ?? "derived";
}
