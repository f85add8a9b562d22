import { rootOfSquares, square } from "../units/same-math.ts";
import { type Bytes, bytes } from "../units/units.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { normalAbove, normalTail } from "./normal.ts";

/** A term with what a plan counts for it. */
export interface PlannedTerm extends MemoryTerm {
  readonly planned: Bytes;
}

/** 2.5 % of a normal distribution lie above so many standard deviations: low and high hold 95 %. */
const BOUND_SIGMAS = 1.959964;

/**
 * What a plan counts for each term of a rank, so that the rank holds more than that with a probability of
 * `risk` at most. Above its value, a term is taken as normal with `high` as its upper 2.5 % and independent of
 * the others: a sum of terms then has the spread s = √Σ s², and its values plus z · s are enough with
 * probability Φ(z). Each term gets the part s² / s of that, so the terms add up. Two sums must be enough: that
 * of the terms held before the KV cache, of whose rest a fraction is taken, and that of all. Both grow with
 * every term, so both are enough with Φ(z)² at least.
 */
export function plannedTerms(terms: readonly MemoryTerm[], risk: number): readonly PlannedTerm[] {
  const parts = termParts(terms);
  const counted = countedParts(parts, risk);
  return terms.map((term, i) => ({ ...term, planned: bytes(counted[i] ?? 0) }));
}

/** What is counted of each of a rank's terms depends on these. */
export interface TermParts {
  /** Value of each term, in bytes. */
  readonly values: readonly number[];
  /** Standard deviation of each above its value, in bytes. */
  readonly spreads: readonly number[];
  /** Whether it is held before the KV cache is sized. */
  readonly isBefore: readonly boolean[];
}

export function termParts(terms: readonly MemoryTerm[]): TermParts {
  return {
    values: terms.map((term) => term.bytes),
    spreads: terms.map(termSpread),
    isBefore: terms.map(({ taken }) => taken === "before-kv"),
  };
}

/** The sums of what `plannedTerms` counts: before the KV cache is sized, and of all terms. */
export function plannedSums(
  parts: TermParts,
  risk: number,
): { readonly before: number; readonly all: number } {
  const counted = countedParts(parts, risk);
  let [before, all] = [0, 0];
  for (let i = 0; i < counted.length; i += 1) {
    const own = counted[i] ?? 0;
    all += own;
    before += parts.isBefore[i] === true ? own : 0;
  }
  return { before, all };
}

function countedParts({ values, spreads, isBefore }: TermParts, risk: number): readonly number[] {
  const sigmas = sigmasFor(risk);
  const before = rootOfSquares(spreads.filter((_, i) => isBefore[i] === true));
  const after = rootOfSquares(spreads.filter((_, i) => isBefore[i] !== true));
  const beforeMargin = sigmas * before;
  const afterMargin = sigmas * (rootOfSquares([before, after]) - before);
  return values.map((value, i) => {
    const isIn = isBefore[i] === true;
    const part = (spreads[i] ?? 0) / ((isIn ? before : after) || 1);
    return Math.ceil(value + square(part) * (isIn ? beforeMargin : afterMargin));
  });
}

/** Each risk once: a plan prices thousands of ranks at a handful of risks. */
function sigmasFor(risk: number): number {
  if (knownSigmas.size >= MOST_RISKS) {
    knownSigmas.clear();
  }
  const sigmas = knownSigmas.get(risk) ?? Math.max(0, normalTail(1 - Math.sqrt(1 - risk)));
  knownSigmas.set(risk, sigmas);
  return sigmas;
}

const knownSigmas = new Map<number, number>();
/** One fleet has a risk for each number of stages; this many are forgotten together. */
const MOST_RISKS = 1000;

/** The least probability that the rank's terms stay within what is planned, before the KV cache and in all. */
export function chanceWithin(terms: readonly PlannedTerm[]): number {
  const before = terms.filter(({ taken }) => taken === "before-kv");
  return chanceOfSum(before) * chanceOfSum(terms);
}

function chanceOfSum(terms: readonly PlannedTerm[]): number {
  const spread = spreadOf(terms);
  const margin = terms.reduce((sum, term) => sum + term.planned - term.bytes, 0);
  return spread === 0 ? 1 : 1 - normalAbove(margin / spread);
}

/** Standard deviation of the sum above its value, in bytes. */
function spreadOf(terms: readonly MemoryTerm[]): number {
  return rootOfSquares(terms.map(termSpread));
}

function termSpread({ bytes: value, high }: MemoryTerm): number {
  return (high - value) / BOUND_SIGMAS;
}
