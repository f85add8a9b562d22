import type { EngineId } from "../engine/engine.ts";

/** `berth/calibration@1`: what verified runs on the user's machines say of empirical terms. */
export interface CalibrationDocument {
  readonly schema: "berth/calibration@1";
  /** Reports that it was made of. */
  readonly reports: number;
  readonly corrections: readonly CalibratedTerm[];
  /** Derived numbers that were outside their bounds: nothing to correct, but something to look into. */
  readonly faults: readonly CalibrationFault[];
}

/** The correction of one term, and the runs that it is from. */
export interface CalibratedTerm {
  readonly engine: EngineId;
  /** Versions: from this one on, and before that one. */
  readonly from: string;
  readonly before: string;
  /** Of the cards that it was measured on. */
  readonly computeCapability: string;
  /** Id of the term. */
  readonly term: string;
  /** On the term's value, and on the logarithms of its bounds over that. */
  readonly factor: number;
  readonly spread: number;
  /** Engines' starts that measured it, and how many the published value counts as. */
  readonly runs: number;
  readonly priorRuns: number;
  /** Geometric mean of measured over published, and the least and most of it. */
  readonly measured: number;
  readonly least: number;
  readonly most: number;
  /** True where the factor was cut to the largest, or least, that is taken. */
  readonly isLimited: boolean;
}

/** A number that no correction can explain. */
export interface CalibrationFault {
  readonly engine: EngineId;
  readonly version: string;
  readonly id: string;
  readonly planned: number;
  readonly measured: number;
  readonly unit: "bytes" | "tokens" | "blocks";
}
