import type {
  CalibratedTerm,
  CalibrationDocument,
  CalibrationFault,
} from "../../documents/calibration-document.ts";
import type { VerifyDocument } from "../verify-document.ts";
import { type ObservedTerm, observedTerms } from "./observed-terms.ts";
import { shrink } from "./shrinkage.ts";

/**
 * Local corrections of empirical terms from verified runs, by engine, series of versions and compute capability; the
 * order of the reports does not matter. What follows from the model alone (weights, KV cache) is never corrected: where
 * it departed, that is a fault to look into.
 */
export function calibrate(reports: readonly VerifyDocument[]): CalibrationDocument {
  const groups = new Map<string, ObservedTerm[]>();
  for (const observed of observedTerms(reports)) {
    const key = keyOf(observed);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(observed);
  }
  return {
    schema: "berth/calibration@1",
    reports: reports.length,
    corrections: [...groups]
      .sort(([a], [b]) => Number(a > b) - Number(a < b))
      .flatMap(([, group]) => correctionOf(group)),
    faults: reports.flatMap(faultsOf).sort(byText),
  };
}

function keyOf({ engine, from, computeCapability, term }: ObservedTerm): string {
  return `${engine} ${from} ${computeCapability} ${term}`;
}

function correctionOf(group: readonly ObservedTerm[]): readonly CalibratedTerm[] {
  const [first] = group;
  const shrunk = shrink(group.map(({ observation }) => observation));
  if (first === undefined || shrunk === undefined) {
    return [];
  }
  const { engine, from, before, computeCapability, term } = first;
  return [{ engine, from, before, computeCapability, term, runs: group.length, ...shrunk }];
}

function faultsOf({ deployments }: VerifyDocument): readonly CalibrationFault[] {
  return deployments.flatMap(({ engine, ranks }) =>
    ranks.flatMap(({ comparisons }) =>
      comparisons
        .filter(({ basis, verdict }) => basis === "derived" && verdict !== "inside")
        .map(({ id, planned, measured, unit }) => ({
          engine: engine.id,
          version: engine.version,
          id,
          planned,
          measured,
          unit,
        })),
    ),
  );
}

function byText(a: CalibrationFault, b: CalibrationFault): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return Number(left > right) - Number(left < right);
}
