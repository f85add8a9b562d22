import type { PlanSizing } from "./sizing/plan-sizing.ts";
import type { UnmetRate } from "./sparing/unmet-rates.ts";
import type { UnmetTarget } from "./sparing/unmet-targets.ts";
import type { PlanWorkload } from "./workload/plan-workload.ts";
import type { Amount, FleetCosts } from "./workload/workload-types.ts";

/** What a fleet file asks of its models' speed, and what its plan says of that. */
export interface PlanAsked {
  /** What its models are asked to serve, where the fleet file says. */
  readonly workloads?: readonly PlanWorkload[];
  readonly costs?: FleetCosts;
  /** The fleet file's names for expressions, as it says them. */
  readonly vars?: Readonly<Record<string, Amount>>;
  /** Of the models whose replicas follow from their rates. */
  readonly sizing?: readonly PlanSizing[];
  /** The search for them ended at its limit of work: not all that may carry more, or cost less, was tried. */
  readonly sizingCut?: "limit";
  /** Rates that the plan does not meet, and targets that it misses at any rate; absent where there is none. */
  readonly unmet?: readonly (UnmetRate | UnmetTarget)[];
}
