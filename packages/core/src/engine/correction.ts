import type { EngineSpec } from "./engine.ts";

/** A term of an engine as it was measured on the user's own machines, beside what is published here. */
export interface TermCorrection {
  /** On the value; above 0. */
  readonly factor: number;
  /** On the logarithms of the bounds over the value: 1 leaves them, below 1 they are nearer. */
  readonly spread: number;
  /** File that it is from. */
  readonly source: string;
}

/** Corrections of one version, by compute capability and term: "8.9 activations". */
export type TermCorrections = Readonly<Record<string, TermCorrection>>;

/** Gives an engine the corrections of a version; the same engine for the same question. */
export type Calibrate = (engine: EngineSpec, version: string) => EngineSpec;
