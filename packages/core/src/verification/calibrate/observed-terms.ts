import type { EngineId } from "../../engine/engine.ts";
import type { Comparison, VerifiedDeployment, VerifyDocument } from "../verify-document.ts";
import type { Observation } from "./shrinkage.ts";
import { versionRange } from "./version-range.ts";

/** What one engine's start says of one term on one kind of card. */
export interface ObservedTerm {
  readonly engine: EngineId;
  readonly term: string;
  readonly from: string;
  readonly before: string;
  readonly computeCapability: string;
  readonly observation: Observation;
}

/** Numbers that are printed more coarsely than this share of themselves say too little. */
const MOST_COARSE = 0.25;

/** A start of which nothing is left once others' memory is taken off would have no logarithm. */
const LEAST_RATIO = 1e-3;

/** Every empirical term that the reports' logs measured: one observation a start, whatever its number of ranks. */
export function observedTerms(reports: readonly VerifyDocument[]): readonly ObservedTerm[] {
  return reports.flatMap(({ deployments }) => deployments.flatMap(ofDeployment));
}

function ofDeployment(deployment: VerifiedDeployment): readonly ObservedTerm[] {
  const { engine, runningVersion, ranks } = deployment;
  const range = versionRange(runningVersion ?? engine.version);
  const capabilities = [...new Set(ranks.map(({ computeCapability }) => computeCapability))];
  return capabilities.flatMap((computeCapability) => {
    const own = ranks.filter((rank) => rank.computeCapability === computeCapability);
    const terms = new Set(
      own.flatMap(({ comparisons }) => comparisons.flatMap((one) => one.terms)),
    );
    return [...terms].flatMap((term) => {
      const found = own.flatMap(({ comparisons }) => mostSpecific(comparisons, term));
      return found.length === 0
        ? []
        : [{ engine: engine.id, term, ...range, computeCapability, observation: averaged(found) }];
    });
  });
}

/** Of the numbers that a term is in, the one with fewest others; the last printed of these. */
function mostSpecific(comparisons: readonly Comparison[], term: string): readonly Observation[] {
  const usable = comparisons.filter(
    ({ terms, own, measured, halfWidth, evidence }) =>
      terms.includes(term) &&
      own !== undefined &&
      own.plannedBytes > 0 &&
      evidence.kind === "log" &&
      halfWidth <= MOST_COARSE * Math.abs(measured - own.besideBytes),
  );
  const fewest = Math.min(...usable.map(({ terms }) => terms.length));
  const best = usable.findLast(({ terms }) => terms.length === fewest);
  return best === undefined ? [] : [observationOf(best)];
}

function observationOf({ measured, own }: Comparison): Observation {
  const { lowBytes = 0, plannedBytes = 1, highBytes = 0, besideBytes = 0 } = own ?? {};
  return {
    ratio: Math.max(LEAST_RATIO, (measured - besideBytes) / plannedBytes),
    low: Math.max(0, lowBytes / plannedBytes),
    high: highBytes / plannedBytes,
  };
}

/** Ranks of one engine start together, so they are one run. */
function averaged(ranks: readonly Observation[]): Observation {
  const mean = (of: keyof Observation): number =>
    ranks.reduce((sum, rank) => sum + rank[of], 0) / ranks.length;
  return { ratio: mean("ratio"), low: mean("low"), high: mean("high") };
}
