import { PlannerProblem } from "../worker/planner-client.ts";
import type { Problem } from "../worker/protocol.ts";

/** What a failed question says to a person. */
export function problemOf(error: unknown): Problem {
  return error instanceof PlannerProblem
    ? error.problem
    : { message: error instanceof Error ? error.message : String(error) };
}
