import type { PlanRank } from "../documents/plan-document.ts";
import type { LogFinding, LogTerm } from "../logs/log-document.ts";
import { compare, type Expectation, type Measured } from "./compare.ts";
import { expectedBytes, expectedCount, type RankPlace } from "./expectations.ts";
import type { MatchedLog } from "./match-logs.ts";
import { MEASURES, type Measure } from "./measures.ts";
import type { Comparison } from "./verify-document.ts";

/** What an engine's log says of one of its ranks, beside the plan. */
export function logComparisons(place: RankPlace, matched: MatchedLog): readonly Comparison[] {
  const measures = Object.entries(MEASURES[place.deployment.engine.id]) as [LogTerm, Measure][];
  const bytes = measures
    .filter(([term, { kind }]) => kind !== "kv" || term === "kv")
    .flatMap(([term, measure]) => {
      const expected = expectedBytes(place, term, measure);
      const measured = measuredBytes(place, matched, { term, measure, expected });
      return measured === undefined ? [] : [compare(expected, measured)];
    });
  const counts = (["tokens", "blocks"] as const).flatMap((unit) => {
    const expected = expectedCount(place, unit);
    const finding = ofRank(place, matched, { term: "kv", unit, isShared: true });
    return expected === undefined || finding === undefined
      ? []
      : [compare(expected, measuredAs([finding], matched))];
  });
  return [...bytes, ...counts];
}

function measuredBytes(
  place: RankPlace,
  matched: MatchedLog,
  about: { readonly term: LogTerm; readonly measure: Measure; readonly expected: Expectation },
): Measured | undefined {
  const { term, measure, expected } = about;
  const isShared = sameOnAllRanks(place, term, measure, expected);
  const find = (one: LogTerm): LogFinding | undefined =>
    ofRank(place, matched, { term: one, unit: "bytes", isShared });
  const finding = find(term);
  const state = measure.kind === "kv" ? find("state") : undefined;
  const parts = [finding, state].filter((part) => part !== undefined);
  if (parts.length === 0) {
    return;
  }
  const measured = measuredAs(parts, matched);
  return measure.kind === "terms" && measure.onCard === true
    ? withoutTemporary(place, measured, find("temporary-kv"))
    : measured;
}

/** The dry run of the PyTorch backend has a small KV pool, which is outside PyTorch's allocator too. */
function withoutTemporary(
  { deployment, rank }: RankPlace,
  measured: Measured,
  printed: LogFinding | undefined,
): Measured {
  const { maxNumTokens, tokensPerBlock } = deployment;
  const pool = printed?.value ?? (maxNumTokens + tokensPerBlock) * rank.kv.bytesPerToken;
  const halfWidth = measured.halfWidth + (printed?.halfWidth ?? 0);
  return { ...measured, value: measured.value - pool, halfWidth };
}

/** A line that names no rank is of all of them where the plan has the same for all. */
function sameOnAllRanks(
  place: RankPlace,
  term: LogTerm,
  measure: Measure,
  { range }: Expectation,
): boolean {
  return place.deployment.ranks.every(
    (rank: PlanRank) =>
      expectedBytes({ ...place, rank }, term, measure).range.value === range.value,
  );
}

/** The latest finding of a rank, or of no rank in particular where that may stand for all. */
function ofRank(
  { rank }: RankPlace,
  { findings }: MatchedLog,
  {
    term,
    unit,
    isShared,
  }: { readonly term: LogTerm; readonly unit: string; readonly isShared: boolean },
): LogFinding | undefined {
  const own = findings.filter((one) => one.term === term && one.unit === unit);
  return (
    own.findLast((one) => one.rank === rank.rank) ??
    (isShared ? own.findLast((one) => one.rank === undefined) : undefined)
  );
}

function measuredAs(parts: readonly LogFinding[], { log }: MatchedLog): Measured {
  const last = parts.at(-1);
  return {
    value: parts.reduce((sum, part) => sum + part.value, 0),
    halfWidth: parts.reduce((sum, part) => sum + part.halfWidth, 0),
    evidence: { kind: "log", name: log.name, line: last?.line ?? 0, text: last?.text ?? "" },
  };
}
