import type { Fleet } from "../hardware/fleet.ts";
import type { PlacedFleet } from "../placement/place-fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";

/** A fleet that was solved. */
export interface Solved {
  readonly fleet: Fleet;
  readonly models: readonly PlannedModel[];
  readonly placed: PlacedFleet;
  /** States that the search was allowed to look at. */
  readonly nodeLimit: number;
  /** What all explanations together may cost, in states, where somebody said how many; never more than they would by themselves. */
  readonly mostExplained?: number | undefined;
}
