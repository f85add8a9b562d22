import type { PlacedFleet } from "../../placement/place-fleet.ts";
import type { FleetGoal } from "../goal/fleet-goal.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { FleetProblem } from "../plan-problem.ts";
import type { Served } from "./replica-serves.ts";
import type { Size } from "./sizes.ts";

/** A fleet that was solved with these sizes. */
export interface Sized {
  readonly sizes: ReadonlyMap<string, Size>;
  /** Requests a second that were asked of models beyond their rates. */
  readonly needs: ReadonlyMap<string, number>;
  readonly problem: FleetProblem;
  readonly placed: PlacedFleet;
  readonly plan: PlanDocument;
  readonly served: readonly Served[];
  readonly goals: readonly FleetGoal[];
}
