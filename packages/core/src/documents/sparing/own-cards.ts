import { mayUse } from "../../placement/card-classes.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { workloadOf } from "../capacity/workload-of.ts";
import type { Sized } from "../sizing/sized.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";
import { kindSpeeds } from "./kind-speeds.ts";
import type { OwnCards } from "./most-carried.ts";

/** The cards of a model in a fleet that was solved; undefined where it has no way to run, or nobody knows its lengths. */
export function ownCards(
  { problem, placed }: Pick<Sized, "problem" | "placed">,
  model: PlannedModel,
  asked: PlanWorkload,
): OwnCards | undefined {
  const workload = workloadOf(asked, {})?.workload;
  const own = placed.enumerations.find(({ demand }) => demand.model === model.name);
  if (workload === undefined || own === undefined || own.candidates.size === 0) {
    return undefined;
  }
  return {
    gpus: problem.fleet.gpus.filter((gpu) => mayUse(model, gpu)),
    speeds: kindSpeeds(own.candidates.values(), workload),
  };
}
