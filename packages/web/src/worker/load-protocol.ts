import type { PlanDocument } from "@berth/core";
import type { FrontierPoint, LoadPoint, LoadSubject, LoadVerdict } from "@berth/core/changes";
import type { Asked } from "./protocol.ts";

/** What the page asks of the load of one model; the first opens it, the others name what was opened. */
export interface LoadQuestions {
  readonly openLoad: { readonly ask: OpenLoadAsk; readonly answer: OpenedLoad };
  /** Whether a point fits, and what would. */
  readonly loadAt: { readonly ask: LoadAtAsk; readonly answer: LoadAnswer };
  /** The most sequences of a length within a share of memory; 0 where none fits. */
  readonly loadWithin: { readonly ask: LoadWithinAsk; readonly answer: number };
  /** The frontier within a share of memory. */
  readonly loadLine: { readonly ask: LoadLineAsk; readonly answer: readonly FrontierPoint[] };
}

export interface OpenLoadAsk {
  /** A number of the page's own for what is opened. */
  readonly opened: number;
  readonly workspace: Asked;
  /** The plan of the workspace. */
  readonly plan: PlanDocument;
  readonly model: string;
}

export interface OpenedLoad {
  readonly subject: LoadSubject;
  /** Between what fits and what does not, with all the memory that there is. */
  readonly frontier: readonly FrontierPoint[];
  /** Sequences up to which the frontier goes, and sliders do. */
  readonly mostSequences: number;
}

export interface LoadAtAsk {
  readonly opened: number;
  readonly point: LoadPoint;
}

export interface LoadAnswer {
  readonly verdict: LoadVerdict;
  /** The longest sequences of which as many fit. */
  readonly longest: number;
  /** The most sequences as long that fit. */
  readonly most: number;
}

export interface LoadWithinAsk {
  readonly opened: number;
  readonly maxSeqLen: number;
  readonly mostFraction: number;
}

export interface LoadLineAsk {
  readonly opened: number;
  readonly mostFraction: number;
  readonly mostSequences: number;
}
