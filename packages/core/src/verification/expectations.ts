import { engineById } from "../catalog/engine-catalog.ts";
import type { PlanDeployment, PlanDocument, PlanRank } from "../documents/plan-document.ts";
import type { LogTerm } from "../logs/log-document.ts";
import { DERIVED_SHARE } from "./allowances.ts";
import type { Expectation } from "./compare.ts";
import { freeAtStart, termsOf } from "./expected.ts";
import type { Measure } from "./measures.ts";
import { exactly, type Range, sumOf, widened, without } from "./range.ts";
import type { OwnTerms } from "./verify-document.ts";

/** One rank of a plan. */
export interface RankPlace {
  readonly plan: PlanDocument;
  readonly deployment: PlanDeployment;
  readonly rank: PlanRank;
}

/** What the plan expects of a number of bytes that the engine's log calls `term`. */
export function expectedBytes(place: RankPlace, term: LogTerm, measure: Measure): Expectation {
  switch (measure.kind) {
    case "terms":
      return termsExpectation(place, term, measure);
    case "buffers":
      return held("runtime-buffers", [], buffersOf(place.rank));
    case "kv":
      return { ...held("kv", [], poolOf(place)), terms: ["kv"], basis: "derived" };
    case "free":
      return freeExpectation(place, term, measure.less);
    case "kv-budget":
      return budgetExpectation(place);
    case "total":
      return least("device-total", exactly(memoryOf(place)), memoryOf(place));
    default:
      return measure satisfies never;
  }
}

function termsExpectation(
  place: RankPlace,
  id: LogTerm,
  { terms, onCard = false }: Extract<Measure, { kind: "terms" }>,
): Expectation {
  const { rank } = place;
  const own = rank.terms.filter((term) => terms.includes(term.id));
  const isDerived = own.every(
    ({ basis, lowBytes, highBytes }) => basis === "derived" && lowBytes === highBytes,
  );
  const range = termsOf(rank, terms);
  const held: Range = isDerived ? widened(range, DERIVED_SHARE) : range;
  const beside = onCard ? usedAtStart(place) : exactly(0);
  return {
    id,
    unit: "bytes",
    terms: own.map((term) => term.id),
    basis: isDerived ? "derived" : "empirical",
    range: sumOf([held, beside]),
    harm: "above",
    ...(isDerived ? {} : { own: ownTerms(own, beside.value) }),
  };
}

/** What is published of the terms, also where a calibration corrects them. */
function ownTerms(terms: PlanRank["terms"], beside: number): OwnTerms {
  const { low, value, high } = sumOf(
    terms.map(({ published, ...term }) => {
      const { lowBytes, bytes, highBytes } = published ?? term;
      return { low: lowBytes, value: bytes, high: highBytes };
    }),
  );
  return {
    lowBytes: Math.round(low),
    plannedBytes: Math.round(value),
    highBytes: Math.round(high),
    besideBytes: Math.round(beside),
  };
}

function held(id: string, terms: readonly string[], range: Range): Expectation {
  return { id, unit: "bytes", terms, basis: "empirical", range, harm: "above" };
}

/** A number that must be so large at least; more of it is no departure. */
function least(id: string, range: Range, atLeast: number): Expectation {
  return {
    id,
    unit: "bytes",
    terms: [],
    basis: "empirical",
    range: { low: atLeast, value: range.value, high: Number.POSITIVE_INFINITY },
    harm: "below",
  };
}

function memoryOf({ plan, rank }: RankPlace): number {
  return plan.gpus.find(({ id }) => id === rank.gpu)?.memoryBytes ?? 0;
}

function usedAtStart(place: RankPlace): Range {
  return without(exactly(memoryOf(place)), freeAtStart(place.plan, place.deployment, place.rank));
}

/** What of the runtime term grows with the batch: all but what libraries hold and what loading leaves. */
function buffersOf({ terms }: PlanRank): Range {
  const runtime = terms.find(({ id }) => id === "runtime");
  const { base_mib: base = 0, residue = 0, weights = 0 } = runtime?.values ?? {};
  const published = runtime?.bytes ?? 0;
  const value = Math.max(0, published - base * 2 ** 20 - residue * weights);
  return { low: 0, value, high: value + (runtime?.highBytes ?? 0) - published };
}

/** The pool may be as much larger as the engine keeps free of it for sequences that start, where the plan does not count that. */
function poolOf({ deployment, rank }: RankPlace): Range {
  const { budgetBytes } = rank.kv;
  const share = engineById(deployment.engine.id)?.resumeLimit?.share ?? 1;
  const range = widened(exactly(budgetBytes), DERIVED_SHARE);
  return deployment.kv.resumeShare === undefined ? { ...range, high: range.high / share } : range;
}

function freeExpectation(
  { plan, deployment, rank }: RankPlace,
  id: string,
  less: readonly string[] | "before-kv",
): Expectation {
  const ids =
    less === "before-kv"
      ? rank.terms.filter(({ taken }) => taken === "before-kv").map((term) => term.id)
      : less;
  const counted = rank.terms
    .filter((term) => ids.includes(term.id))
    .reduce((sum, { plannedBytes }) => sum + plannedBytes, 0);
  const found = without(freeAtStart(plan, deployment, rank), termsOf(rank, ids));
  return least(id, found, rank.freeAtStartBytes - counted);
}

/** At its terms' values an engine has more for its KV cache than with the margins that the plan counts. */
function budgetExpectation({ deployment, rank }: RankPlace): Expectation {
  const spare = rank.terms
    .filter(({ taken }) => taken === "before-kv")
    .reduce((sum, { plannedBytes, bytes }) => sum + plannedBytes - bytes, 0);
  const share = deployment.kv.freeGpuMemFraction ?? 1;
  const { budgetBytes } = rank.kv;
  return least("kv-budget", exactly(budgetBytes + share * spare), budgetBytes);
}

/** The tokens or blocks of the whole deployment, within one block; undefined where it prints another count. */
export function expectedCount(
  { deployment, rank }: RankPlace,
  unit: "tokens" | "blocks",
): Expectation | undefined {
  const { tokensPerBlock, kv } = deployment;
  const { nullBlocks = 0 } = kv;
  const value = unit === "tokens" ? kv.tokens + nullBlocks * tokensPerBlock : rank.kv.blocks;
  const room = unit === "tokens" ? tokensPerBlock : 1;
  return countsOtherwise(deployment, rank)
    ? undefined
    : {
        id: `kv-${unit}`,
        unit,
        terms: ["kv"],
        basis: "derived",
        range: { low: value - room, value, high: value + room },
        harm: "below",
      };
}

/** vLLM counts blocks and tokens of layers of several kinds in its own way; only its bytes compare. */
function countsOtherwise({ engine, kv }: PlanDeployment, { kv: pool }: PlanRank): boolean {
  const plain = kv.tokens * pool.bytesPerToken;
  return engine.id === "vllm" && Math.abs(pool.budgetBytes - plain) > DERIVED_SHARE * plain;
}
