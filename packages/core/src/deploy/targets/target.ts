import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import type { Endpoint } from "../endpoint.ts";
import type { RenderOptions } from "../render-options.ts";
import type { Rule } from "../rules.ts";

export type { RenderOptions } from "../render-options.ts";

/** One launcher that a plan can be written for. */
export interface Target<Id extends string = string> {
  readonly id: Id;
  /** One sentence for `--target list`. */
  readonly description: string;
  /** What a plan must be like, beside what every target needs. */
  readonly rules: readonly Rule[];
  /** It keeps a router running beside the servers and says so in its README; absent where router/start.sh is all. */
  readonly keepsRouter?: true;
  /** All files of the bundle, for a plan that passed every rule. */
  readonly write: (plan: PlanDocument, options: RenderOptions) => readonly Artifact[];
  /** The servers that clients or a router can ask, in start order; absent where their addresses are not known. */
  readonly endpoints?: (plan: PlanDocument, options: RenderOptions) => readonly Endpoint[];
}
