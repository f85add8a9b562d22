import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import type { Rule } from "../rules.ts";

/** What a user may choose about a bundle. */
export interface RenderOptions {
  /** Port of the first server on each host; the next ones count up. */
  readonly firstPort?: number;
  /** Folder on the hosts for models that are named by a Hub id (engines only). */
  readonly modelsFolder?: string;
  /** Folder on the hosts for checkpoints and engines. */
  readonly enginesFolder?: string;
}

/** One launcher that a plan can be written for. */
export interface Target<Id extends string = string> {
  readonly id: Id;
  /** One sentence for `--target list`. */
  readonly description: string;
  /** What a plan must be like, beside what every target needs. */
  readonly rules: readonly Rule[];
  /** All files of the bundle, for a plan that passed every rule. */
  readonly write: (plan: PlanDocument, options: RenderOptions) => readonly Artifact[];
}
